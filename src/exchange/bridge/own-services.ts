import type { ActorFacts } from '../../actors/kernel/binding.js'
import type { Notice } from '../../actors/kernel/visibility.js'
import { homeKey } from '../../base/ids.js'
import type { Entry } from '../catalogue/logs/log-writer.js'
import type { Service } from '../catalogue/logs/service-record.js'

/**
 * Where an actor is when it is not where it was made: behind its agent. An agent is `thread.cell`, the beginning of the id.
 *
 *   2.1a          made in cell 1a of thread 2, and there still
 *   2.1a=3-1.5    the same actor, started again in cell 5 of thread 3-1
 */
const MOVED = '='

/** What a change of what can be seen here is in the log of this process; `undefined` for what goes without saying. */
export function entryOf({ kind, status, group = '', facts, reason }: Notice): Entry | undefined {
  const agent = agentOf(facts)
  // Whoever goes leaves its groups.
  if (kind === 'group' && reason !== undefined) return undefined
  if (kind === 'group') return { kind: status === 'available' ? 'joined' : 'left', agent, group }
  // Its groups follow, one by one.
  return status === 'available'
    ? { kind: 'available', service: { ...serviceOf(facts), groups: [] } }
    : { kind: 'withdrawn', agent, reason: reason ?? 'stopped' }
}

function serviceOf(facts: ActorFacts): Service {
  const { name, groups, streams } = facts
  return { agent: agentOf(facts), name, groups, streams }
}

function agentOf({ id, thread, cell }: ActorFacts): string {
  const made = id.slice(0, id.indexOf('@'))
  const place = `${homeKey(thread)}.${cell.toString(36)}`
  return made === place ? made : `${made}${MOVED}${place}`
}

/** Of an agent in the log of another process: its id there, and where it is. */
export function placeOf(agent: string): { readonly made: string; readonly thread: string; readonly cell: number } {
  const [made = '', place = made] = agent.split(MOVED)
  const dot = place.indexOf('.')
  return { made, thread: place.slice(0, dot), cell: Number.parseInt(place.slice(dot + 1), 36) }
}
