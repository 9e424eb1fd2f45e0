import type { ActorFacts } from '../../actors/kernel/binding.js'
import type { Report } from '../../actors/kernel/ports.js'
import type { ActorId, ThreadKey } from '../../base/ids.js'

/** What threads tell each other about reports. Numbers of subscriptions are those of the subscriber's thread. */
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
  | { readonly kind: 'subscribed'; readonly subscription: number; readonly publisher: ActorId }
  /** A value for one subscription: one that was retained, or was sent to its subscriber alone, then with the pattern it matched. */
  | {
      readonly kind: 'direct'
      readonly subscription: number
      readonly publisher: ActorId
      readonly subject: string
      readonly value: unknown
      readonly as: Report['kind']
    }
  /** A value for all subscriptions there that match. */
  | { readonly kind: 'report'; readonly publisher: ActorId; readonly subject: string; readonly value: unknown }
  /** A worker there publishes for its pool here. */
  | { readonly kind: 'publish'; readonly cell: number; readonly subject: string; readonly value: unknown; readonly lifetimeMs: number }

/** Takes notes to other threads, in order with everything else that is sent there. Implemented by the threads. */
export interface ReportLinks {
  note(thread: ThreadKey, note: ReportNote): void
}
