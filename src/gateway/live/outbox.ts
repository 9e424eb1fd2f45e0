import type { ByteBudget, Share } from '../limits/byte-budget.js'
import type { Wire } from './wire.js'

/** What may wait to leave, in bytes. */
export interface OutboxLimits {
  /** Beyond it, reports and items of streams are held back, where they wait or are dropped. */
  readonly heldBackBytes: number
  /** Beyond it the connection ends. */
  readonly maxBytes: number
}

/** What an outbox stands on. */
export interface OutboxParts {
  readonly wire: Wire
  readonly limits: OutboxLimits
  /** What may wait for all clients. */
  readonly budget: ByteBudget
  /** More waits than may for this client. */
  readonly onFull: () => void
  /** More waits than may for all, and most of it for this client. */
  readonly onDropped: () => void
}

/** What waits for a client to take it. */
export class Outbox {
  readonly #parts: OutboxParts
  readonly #share: Share
  readonly #waiting = new Map<object, () => void>()
  #closed = false

  constructor(parts: OutboxParts) {
    this.#parts = parts
    this.#share = parts.budget.open(() => parts.onDropped())
  }

  send(text: string): void {
    if (this.#closed) return
    const { wire, limits, onFull } = this.#parts
    wire.send(text, () => this.#left())
    const bytes = wire.bufferedBytes
    this.#share.set(bytes)
    if (bytes > limits.maxBytes) onFull()
  }

  /** `undefined` when there is room, else a promise of it. Nobody waits twice at a time. */
  room(who: object): Promise<void> | undefined {
    if (this.#closed || this.#hasRoom()) return undefined
    return new Promise((resolve) => this.#waiting.set(who, resolve))
  }

  /** One waits no more: its promise resolves. */
  giveUp(who: object): void {
    this.#waiting.get(who)?.()
    this.#waiting.delete(who)
  }

  /** Nobody waits any more. What has not left counts until the wire has ended. */
  close(): void {
    this.#closed = true
    this.#wake()
  }

  /** The wire has ended. */
  ended(): void {
    this.close()
    this.#share.close()
  }

  #left(): void {
    this.#share.set(this.#parts.wire.bufferedBytes)
    if (this.#waiting.size > 0 && this.#hasRoom()) this.#wake()
  }

  /** Where it is tight, only for who has taken all: who has not hears of room when the last of it leaves. */
  #hasRoom(): boolean {
    const { wire, limits, budget } = this.#parts
    const bytes = wire.bufferedBytes
    return bytes === 0 || (bytes <= limits.heldBackBytes && !budget.isTight)
  }

  #wake(): void {
    const woken = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const resolve of woken) resolve()
  }
}
