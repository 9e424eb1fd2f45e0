import type { ActorFacts } from '../../actors/kernel/binding.js'
import type { ActorId, ThreadKey } from '../../base/ids.js'
import type { Unnumbered } from '../../router/change-log.js'
import type { LogEvent } from '../catalogue/logs/log-event.js'
import type { AbroadKeys } from './abroad-keys.js'
import { placeOf } from './own-services.js'

const NO_GROUPS: readonly string[] = Object.freeze([])

/** What an announcement of another process is in the registry of this one; `group` is the exchange group over which that is reached. */
export function changeOf(event: LogEvent, group: string, keys: AbroadKeys): Unnumbered {
  const { log, record } = event
  const { made, thread, cell } = placeOf(record.agent)
  const process = log.origin.id
  // Joined it is one piece of memory; put together otherwise it would keep its parts, and a third once somebody looks into it.
  const id = [made, '@', process].join('') as ActorId
  switch (event.kind) {
    case 'joined':
    case 'left':
      return { kind: event.kind, id, group: event.group }
    case 'withdrawn':
      return { kind: 'withdrawn', id, reason: event.reason }
    case 'available': {
      const facts: ActorFacts = {
        id,
        name: record.name,
        audience: log.audience,
        groups: NO_GROUPS,
        process,
        thread: keys.key(thread as ThreadKey, { process, group }),
        cell,
        streams: record.streams,
        supervisor: null,
      }
      return { kind: 'available', facts }
    }
  }
}
