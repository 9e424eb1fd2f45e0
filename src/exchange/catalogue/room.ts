import type { AudienceLog } from './logs/audience-log.js'
import type { LogUpdate } from './logs/log-update.js'
import { type Origin, sizeOf } from './origin.js'
import type { RecordLimits } from './update-check.js'

/** How much an origin may hold. */
export interface RoomLimits extends Pick<RecordLimits, 'groupsPerRecord'> {
  /** Over all logs of the origin. */
  readonly recordsPerOrigin: number
}

/** Why there is no room for an update; `undefined` when there is. */
export function roomFault(
  origin: Origin | undefined,
  update: LogUpdate,
  limits: RoomLimits & { readonly audience: string },
): string | undefined {
  const log = origin?.logs.get(limits.audience)
  if (update.kind === 'joined') {
    const groups = log?.record(update.created)?.groups.length ?? 0
    return groups < limits.groupsPerRecord ? undefined : `a service is in more than ${limits.groupsPerRecord} groups`
  }
  if (update.kind === 'withdrawn' || update.kind === 'left') return undefined
  const others = origin === undefined ? 0 : sizeOf(origin) - (log?.size ?? 0)
  return others + sizeAfter(log, update) <= limits.recordsPerOrigin
    ? undefined
    : `an origin has more than ${limits.recordsPerOrigin} services`
}

/** How many records a log has after an update, at most. */
function sizeAfter(log: AudienceLog | undefined, update: LogUpdate): number {
  if (update.kind === 'state') return update.records.length
  const size = log?.size ?? 0
  if (update.kind !== 'delta') return size + 1
  const added = update.records.filter(({ created }) => created > (log?.number ?? 0)).length
  return size + added - update.removed.filter(({ created }) => log?.record(created) !== undefined).length
}
