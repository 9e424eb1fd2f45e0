/** What a process of one thread and its parent tell each other, beside what goes over the channels. */

import type { ThreadKey } from '../../base/ids.js'
import type { BootError, BootMessage } from '../threads/bootstrap.js'
import type { LogMessage } from '../threads/log-forwarding.js'
import type { BootOrder } from '../vessels/boot-order.js'
import type { ChannelMessage } from './channels.js'
import type { Tally } from './tally.js'

/** Another thread, and the channels that lead there. */
export interface ProcessPeer {
  readonly thread: ThreadKey
  readonly frames: number
  readonly control: number
}

/** What a process is started for. */
export interface ProcessOrder extends BootOrder {
  /** What the process is called where processes are listed. */
  readonly title: string
  /** What the threads before it in its slot have counted. */
  readonly counters: Float64Array
  /** How many listen to dead letters. */
  readonly listening: number
  readonly peers: readonly ProcessPeer[]
}

/** From the parent. */
export type OrderMessage =
  | { readonly kind: 'order'; readonly order: ProcessOrder }
  | { readonly kind: 'connect'; readonly peer: ProcessPeer }
  | { readonly kind: 'listening'; readonly count: number }
  | { readonly kind: 'end' }
  | ChannelMessage

/** To the parent. */
export type ProcessMessage =
  | BootMessage
  | LogMessage
  | (ChannelMessage & { readonly tally?: Tally | undefined })
  | { readonly kind: 'tally'; readonly tally: Tally }
  /** Nothing caught this: the process ends. */
  | { readonly kind: 'uncaught'; readonly error: BootError }
  /** Everything has been said. */
  | { readonly kind: 'over' }

/** Each message is in one of these: the modules of the program may use the same way for messages of their own. */
export interface Wrapped<T> {
  readonly troupe: T
}
