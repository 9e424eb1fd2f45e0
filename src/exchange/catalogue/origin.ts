import type { ProcessName } from '../protocol/process-name.js'
import type { AudienceLog } from './logs/audience-log.js'
import { arrival, departure, type LogEvent, type LogName } from './logs/log-event.js'
import type { ServiceRecord } from './logs/service-record.js'

/** Why all services of an origin are gone at once. */
export type LossReason = 'unreachable' | 'replaced'

/** All services of an origin are gone, as one event. */
export interface OriginLoss {
  readonly kind: 'lost'
  readonly origin: ProcessName
  readonly reason: LossReason
  /** The records of each log, the newest first. */
  readonly logs: readonly { readonly log: LogName; readonly records: readonly ServiceRecord[] }[]
}

export type CatalogueEvent = LogEvent | OriginLoss

/** What a process knows of another. */
export interface Origin {
  readonly name: ProcessName
  /** By audience. */
  readonly logs: Map<string, AudienceLog>
  /** The exchange groups over which it was learned. */
  readonly via: string[]
}

/** How many records an origin has. */
export function sizeOf(origin: Origin): number {
  let size = 0
  for (const log of origin.logs.values()) size += log.size
  return size
}

/** What is announced when an origin can be reached: its services, the oldest first. */
export function arrivalOf(origin: Origin): LogEvent[] {
  return [...origin.logs.values()].flatMap((log) => [...log.records].flatMap((record) => arrival(log.name, record)))
}

/** What is announced when an origin is out of reach, or replaced by its next life. */
export function lossOf(origin: Origin, reason: LossReason): OriginLoss {
  const logs = [...origin.logs.values()].map((log) => ({ log: log.name, records: [...log.records].reverse() }))
  return { kind: 'lost', origin: origin.name, reason, logs }
}

/** A loss, service by service, for those who do not know what came of which origin. */
export function departuresOf({ logs, reason }: OriginLoss): LogEvent[] {
  return logs.flatMap(({ log, records }) => records.flatMap((record) => departure(log, record, reason)))
}
