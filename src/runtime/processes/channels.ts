import { EventEmitter } from 'node:events'
import type { Movable } from '../links/attachments.js'
import type { PairPort } from '../links/pair-port.js'

/** What travels between a process and its parent on one of the channels between them. */
export type ChannelMessage =
  | { readonly kind: 'data'; readonly channel: number; readonly message: unknown }
  /** Its end there is closed; everything that was sent from there came before. */
  | { readonly kind: 'closed'; readonly channel: number }

/**
 * The channels between a process and its parent, as each of the two has them: many ways over one.
 *
 * - **Ordering**: what is sent on all of them arrives in the order in which it was sent.
 */
export class Channels {
  readonly #ports = new Map<number, ChannelPort>()
  readonly #carry: (message: ChannelMessage) => void

  constructor(carry: (message: ChannelMessage) => void) {
    this.#carry = carry
  }

  /** This end of a channel; what comes for one that is not open, or not any more, is left alone. */
  open(channel: number): PairPort {
    const port = new ChannelPort({
      post: (message) => this.#carry({ kind: 'data', channel, message }),
      close: () => {
        this.#ports.delete(channel)
        this.#carry({ kind: 'closed', channel })
      },
    })
    this.#ports.set(channel, port)
    return port
  }

  take(message: ChannelMessage): void {
    const port = this.#ports.get(message.channel)
    if (message.kind === 'data') return port?.receive(message.message)
    this.#ports.delete(message.channel)
    port?.end()
  }

  /** The other process has ended. */
  endAll(): void {
    const ports = [...this.#ports.values()]
    this.#ports.clear()
    for (const port of ports) port.end()
  }
}

interface Carrier {
  post(message: unknown): void
  close(): void
}

class ChannelPort implements PairPort {
  readonly #carrier: Carrier
  readonly #events = new EventEmitter()
  #isOpen = true

  constructor(carrier: Carrier) {
    this.#carrier = carrier
  }

  /** What moves is copied, and gone from here all the same. One buffer alone is the message's own, which nobody else has. */
  postMessage(message: unknown, transfer: readonly Movable[] = []): void {
    if (this.#isOpen) this.#carrier.post(transfer.length > 1 ? structuredClone(message, { transfer: [...transfer] }) : message)
  }

  on(event: 'message' | 'close', listener: (message: unknown) => void): void {
    this.#events.on(event, listener)
  }

  off(event: 'message', listener: (message: unknown) => void): void {
    this.#events.off(event, listener)
  }

  removeAllListeners(event: 'message'): void {
    this.#events.removeAllListeners(event)
  }

  /** Whoever has the way under it says what keeps the process alive. */
  unref(): void {}

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#carrier.close()
  }

  receive(message: unknown): void {
    this.#events.emit('message', message)
  }

  end(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#events.emit('close')
  }
}
