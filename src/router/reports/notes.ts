import type { ActorFacts } from '../../actors/kernel/binding.js'
import type { Report } from '../../actors/kernel/ports.js'
import type { ActorId, ThreadKey } from '../../base/ids.js'
import type { HeldReport } from './pool-backlog.js'

/**
 * What threads tell each other about reports. A subscription has a new number, of its own thread, each time that it is asked of
 * a publisher: who leaves what is subscribed to, and comes again, is asked again.
 */
export type ReportNote =
  /** Somebody there wants to hear what a cell here publishes. */
  | {
      readonly kind: 'subscribe'
      readonly cell: number
      readonly subscription: number
      readonly pattern: string
      readonly subscriber: ActorFacts
    }
  | { readonly kind: 'unsubscribe'; readonly cell: number; readonly subscription: number }
  /** The subscription stands, and every value retained for it is ahead of this. */
  | { readonly kind: 'subscribed'; readonly subscription: number }
  /** It is not taken: its subscriber hears nothing from there. */
  | { readonly kind: 'refused'; readonly subscription: number }
  /** A value for one subscription: one that was retained, or was sent to its subscriber alone, then with the pattern it matched. */
  | {
      readonly kind: 'direct'
      readonly subscription: number
      readonly subject: string
      readonly value: unknown
      readonly as: Report['kind']
    }
  /** So many reports that a subscription should have got found no room on the way. */
  | { readonly kind: 'missed'; readonly subscription: number; readonly count: number }
  /** A worker there publishes for its pool here; `missed` before it, of the same subject, found no room on the way. */
  | ({ readonly kind: 'publish' } & HeldReport)

/** A report for all subscriptions of another thread that match. */
export interface FarReport {
  readonly publisher: ActorId
  readonly subject: string
  readonly value: unknown
}

/** Takes notes to other threads, in order with everything else that is sent there. Implemented by the threads. */
export interface ReportLinks {
  note(thread: ThreadKey, note: ReportNote): void
  /** Takes one report to several threads, encoded once; returns those that have no room for it, or cannot have it. */
  spread(report: FarReport, threads: Iterable<ThreadKey>): readonly ThreadKey[]
  /** Too much is on its way to a thread. */
  isFull(thread: ThreadKey): boolean
}
