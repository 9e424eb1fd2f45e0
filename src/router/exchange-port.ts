import type { Core } from '../actors/kernel/core.js'
import type { Mail } from '../actors/kernel/ports.js'
import type { Observer } from '../actors/kernel/visibility.js'
import type { OpenPlace, Place, ThreadKey } from '../base/ids.js'
import type { Unnumbered } from './change-log.js'

/** Under this name a system offers what exchanges are built on. */
export const EXCHANGE_PORT = Symbol.for('troupe.exchange-port')

/** Where mail of a process goes that is for another. */
export interface Carrier {
  /** `from` is a thread of this process. */
  carry(mail: Mail, from: ThreadKey): void
  /** A thread of this process has ended. */
  threadEnded(thread: ThreadKey): void
}

/** What exchanges are built on: one for a system, on the thread that made it. Implemented by the threads. */
export interface ExchangePort {
  readonly core: Core
  carrier: Carrier | null
  /** Tells what can be seen here, then every change of it; returns how to stop. */
  observe(observer: Observer): () => void
  /** Writes, for all threads of this process, what has become known of another. */
  learn(change: Unnumbered): void
  /** A process can be reached from now on, or not any more (`unreach`), which fails whatever waits for it. */
  reach(place: OpenPlace): void
  unreach(place: Place): void
  /** Hands mail of a thread of another process to one of ours, with bytes that are valid during the call only; false when that is not there. */
  deliver(from: ThreadKey, mail: Mail): boolean
  /** A thread of another process has ended. */
  ended(thread: ThreadKey): void
  /** Runs `close` when the system has stopped; returns how to forget it. */
  whenClosed(close: () => Promise<void>): () => void
}
