/** What the writer of a log tells those who keep a replica, in numbers from 1 without a gap. */

import type { Reason } from '../../../actors/kernel/binding.js'
import type { RecordNumbers, Service, ServiceRecord } from './service-record.js'

/** One change, by its number. A service is named by the number of the change that made it available. */
export type LogChange =
  | { readonly kind: 'available'; readonly number: number; readonly service: Service }
  | { readonly kind: 'withdrawn'; readonly number: number; readonly created: number; readonly reason: Reason }
  | { readonly kind: 'joined'; readonly number: number; readonly created: number; readonly group: string }
  | { readonly kind: 'left'; readonly number: number; readonly created: number; readonly group: string }

/** A record that is no more. */
export interface Removal {
  readonly number: number
  readonly created: number
  readonly reason: Reason
}

/** The groups of a record that was available before. */
export interface Regrouping extends RecordNumbers {
  readonly groups: readonly string[]
}

/** What came of the changes from one number to another; what was made and removed between them shows as a removal only. */
export interface LogDelta {
  readonly kind: 'delta'
  /** The last change that is not in it. */
  readonly from: number
  /** The last change that is in it. */
  readonly to: number
  /** All removals since, by number. */
  readonly removed: readonly Removal[]
  /** New and still there, by creation. */
  readonly records: readonly ServiceRecord[]
  /** Older and changed, by creation. */
  readonly regrouped: readonly Regrouping[]
}

/** All that a log holds at one number: takes the place of whatever a replica held. */
export interface LogState {
  readonly kind: 'state'
  readonly number: number
  /** By creation. */
  readonly records: readonly ServiceRecord[]
}

export type LogUpdate = LogChange | LogDelta | LogState

/** The number at which a replica is after an update. */
export function numberAfter(update: LogUpdate): number {
  return update.kind === 'delta' ? update.to : update.number
}
