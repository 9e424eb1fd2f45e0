import { type Call, type CallAnchor, callsOf } from '../actors/kernel/call.js'
import { type Cell, Life, treeOf } from '../actors/kernel/cell.js'
import type { Core } from '../actors/kernel/core.js'

/** The calls, streams, offers and lookups that actors of a thread have begun and that have not ended. */
export function pendingCalls(core: Core): readonly Call[] {
  return [...new Set(treeOf(core.root).flatMap(anchorsOf).flatMap(pendingOf))]
}

/** What the calls of an actor end with: its incarnation, and the requests that it runs or has put off. */
function anchorsOf({ life, current, turns, deferred, streams }: Cell): readonly CallAnchor[] {
  const running = [...(current === null ? [] : [current]), ...(turns ?? [])].map(({ call }) => call)
  const open = [...(deferred ?? []), ...[...(streams ?? [])].map(({ call }) => call)]
  return [life, ...running, ...open].filter((anchor) => anchor !== null)
}

function pendingOf(anchor: CallAnchor): readonly Call[] {
  return callsOf(anchor).flatMap((call) => [call, ...pendingOf(call)])
}

/** One line: what was asked, by whom, and how far it has come. */
export function printCall(call: Call): string {
  const due = call.due < 0 ? 'without a deadline' : `due at ${call.due} ms`
  return `${call.label}, asked by ${askerOf(call)}, is pending: ${PHASES[call.phase]}, ${due}`
}

function askerOf({ asker }: Call): string {
  if (!(asker instanceof Life)) return 'an actor'
  const { cell } = asker
  if (cell.parent === null) return 'the test'
  return cell.name === '' ? `actor ${cell.id}` : `"${cell.name}"`
}

const PHASES: Readonly<Record<Call['phase'], string>> = {
  queued: 'it waits',
  running: 'its handler has not answered',
  away: 'it is with another thread',
  ended: 'its turn has ended without an answer',
}
