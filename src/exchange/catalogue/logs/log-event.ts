/** What observers are told, in the order of OSE-SEMANTICS C9 to C12: available, then its groups; its groups, then withdrawn. */

import type { Reason } from '../../../actors/kernel/binding.js'
import type { ProcessName } from '../../protocol/process-name.js'
import type { RecordList } from './record-list.js'
import type { ServiceRecord } from './service-record.js'

/** Which log. */
export interface LogName {
  readonly origin: ProcessName
  /** `'*'` or the name of an exchange group. */
  readonly audience: string
}

/** One announcement. The record is as it is after everything that was learned with it; what is withdrawn, as it was last. */
export type LogEvent =
  | { readonly kind: 'available'; readonly log: LogName; readonly record: ServiceRecord }
  | { readonly kind: 'joined'; readonly log: LogName; readonly record: ServiceRecord; readonly group: string }
  | { readonly kind: 'left'; readonly log: LogName; readonly record: ServiceRecord; readonly group: string }
  | { readonly kind: 'withdrawn'; readonly log: LogName; readonly record: ServiceRecord; readonly reason: Reason }

/** A service is there. */
export function arrival(log: LogName, record: ServiceRecord): LogEvent[] {
  return [{ kind: 'available', log, record }, ...record.groups.map((group): LogEvent => ({ kind: 'joined', log, record, group }))]
}

/** A service is there no more. */
export function departure(log: LogName, record: ServiceRecord, reason: Reason): LogEvent[] {
  return [...record.groups.map((group): LogEvent => ({ kind: 'left', log, record, group })), { kind: 'withdrawn', log, record, reason }]
}

/** Why something is there no more of which a whole state says nothing. */
const UNTOLD: Reason = 'stopped'

/** One state has taken the place of another: what is gone, the newest first; then what changed or came, the oldest first. */
export function difference(log: LogName, before: RecordList, after: RecordList): LogEvent[] {
  const gone = [...before].filter((record) => !isSame(record, after.get(record.created))).reverse()
  const events = gone.flatMap((record) => departure(log, record, UNTOLD))
  for (const record of after) {
    const known = before.get(record.created)
    events.push(...(known !== undefined && isSame(known, record) ? regrouping(log, known, record) : arrival(log, record)))
  }
  return events
}

function isSame(one: ServiceRecord, other: ServiceRecord | undefined): boolean {
  return one.agent === other?.agent && one.name === other.name
}

/** The groups of a service have changed. */
export function regrouping(log: LogName, before: ServiceRecord, record: ServiceRecord): LogEvent[] {
  const left = before.groups.filter((group) => !record.groups.includes(group))
  const joined = record.groups.filter((group) => !before.groups.includes(group))
  return [
    ...left.map((group): LogEvent => ({ kind: 'left', log, record, group })),
    ...joined.map((group): LogEvent => ({ kind: 'joined', log, record, group })),
  ]
}
