import type { Cell } from '../../actors/kernel/cell.js'
import type { ThreadKey } from '../../base/ids.js'
import type { ValueContext } from '../../codec/context.js'
import type { ReportNote } from '../../router/reports/notes.js'
import type { RequestHead, RoutedHead } from './frames.js'

/** What is let through to and from a thread that is not ours. */
export interface Customs {
  /** How values travel there, made of how they travel here. */
  values(own: ValueContext): ValueContext
  /** Whether frames with this tag are taken in. */
  takes(tag: number): boolean
  /** Whether it may send messages to this actor, watch it and subscribe to it. */
  admits(cell: Cell): boolean
  /** Requests that may run or wait here for that thread. */
  readonly mostRequests: number
  /**
   * What the first request of a kind says, as far as it is believed.
   *
   * @throws DecodeError
   */
  head(head: RequestHead): RequestHead
  /** @throws DecodeError */
  terms(head: RoutedHead): void
  /**
   * What is said of subscriptions, as far as it is believed; `undefined` for nothing.
   *
   * @throws DecodeError
   */
  note(note: ReportNote): ReportNote | undefined
  /** Where an actor lives that is said to be of a thread over there. */
  threadOf(said: ThreadKey | undefined): ThreadKey
}
