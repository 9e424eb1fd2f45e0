import type { Wire } from './wire.js'

/** What may wait to leave, in bytes. */
export interface OutboxLimits {
  /** Beyond it, reports and items of streams are held back, where they wait or are dropped. */
  readonly heldBackBytes: number
  /** Beyond it the connection ends. */
  readonly maxBytes: number
}

/** What waits for a client to take it. */
export class Outbox {
  readonly #wire: Wire
  readonly #limits: OutboxLimits
  readonly #onFull: () => void
  readonly #waiting: (() => void)[] = []
  #closed = false

  constructor(wire: Wire, limits: OutboxLimits, onFull: () => void) {
    this.#wire = wire
    this.#limits = limits
    this.#onFull = onFull
  }

  send(text: string): void {
    if (this.#closed) return
    this.#wire.send(text, () => this.#left())
    if (this.#wire.bufferedBytes > this.#limits.maxBytes) this.#onFull()
  }

  /** `undefined` when there is room, else a promise of it. */
  room(): Promise<void> | undefined {
    if (this.#closed || this.#hasRoom()) return undefined
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Nobody waits any more. */
  close(): void {
    this.#closed = true
    this.#wake()
  }

  #left(): void {
    if (this.#waiting.length > 0 && this.#hasRoom()) this.#wake()
  }

  #hasRoom(): boolean {
    return this.#wire.bufferedBytes <= this.#limits.heldBackBytes
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
