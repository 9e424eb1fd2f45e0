import type { Core } from '../../actors/kernel/core.js'
import type { Mail } from '../../actors/kernel/ports.js'
import type { Observer } from '../../actors/kernel/visibility.js'
import type { OpenPlace, Place, ThreadKey } from '../../base/ids.js'
import type { Unnumbered } from '../../router/change-log.js'
import type { Carrier, ExchangePort } from '../../router/exchange-port.js'
import { FRAME } from '../links/frames.js'
import type { ThreadRuntime } from '../threads/thread-runtime.js'

/** What exchanges are built on, of thread 0. */
export class ThreadExchangePort implements ExchangePort {
  readonly core: Core
  carrier: Carrier | null = null
  readonly #runtime: ThreadRuntime

  constructor(runtime: ThreadRuntime) {
    this.#runtime = runtime
    this.core = runtime.core
    runtime.onMail = (mail, from) => this.carrier?.carry(mail, from)
    runtime.onEnded = (thread) => this.carrier?.threadEnded(thread)
  }

  observe(observer: Observer): () => void {
    return this.#runtime.router.observe(observer)
  }

  learn(change: Unnumbered): void {
    this.#runtime.router.learn(change)
    this.core.dispatcher.wake()
  }

  reach(place: OpenPlace): void {
    for (const peer of this.#runtime.peers) peer.record(FRAME.reach, { ...place, isUp: true })
    this.#runtime.foreign.reach(place)
  }

  unreach(place: Place): void {
    for (const peer of this.#runtime.peers) peer.record(FRAME.reach, { ...place, isUp: false })
    this.#runtime.foreign.unreach(place)
  }

  deliver(from: ThreadKey, mail: Mail): boolean {
    if (mail.to === this.core.options.thread) {
      this.#runtime.foreign.arrived({ ...mail, to: from })
      return true
    }
    const connection = this.#runtime.connection(mail.to)
    connection?.peer.mail({ ...mail, to: from })
    return connection !== undefined
  }

  ended(thread: ThreadKey): void {
    for (const peer of this.#runtime.peers) peer.record(FRAME.reach, { ended: thread })
    this.#runtime.foreign.ended(thread)
  }

  whenClosed(close: () => Promise<void>): () => void {
    return this.core.whenClosed(close)
  }
}
