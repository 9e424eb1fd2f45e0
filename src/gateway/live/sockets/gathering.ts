import type { Writable } from 'node:stream'
import type { Scheduler } from '../../../base/world.js'

/** What is gathered at most. */
const MAX_GATHERED_BYTES = 2 ** 14

/**
 * Lets what is written one after the other leave together: each call of the system costs more than all else that is done for a message.
 *
 * - **Delivery**: what was written leaves once the event loop has had a turn, or as soon as it is 16 KiB.
 */
export class Gathering {
  readonly #stream: Pick<Writable, 'cork' | 'uncork' | 'writableLength'>
  readonly #scheduler: Pick<Scheduler, 'macrotask'>
  #isHeld = false
  #isAwaited = false

  constructor(stream: Pick<Writable, 'cork' | 'uncork' | 'writableLength'>, scheduler: Pick<Scheduler, 'macrotask'>) {
    this.#stream = stream
    this.#scheduler = scheduler
  }

  /** Something is about to be written. */
  begin(): void {
    if (this.#isHeld) return
    this.#isHeld = true
    this.#stream.cork()
    if (this.#isAwaited) return
    this.#isAwaited = true
    this.#scheduler.macrotask(() => {
      this.#isAwaited = false
      this.#release()
    })
  }

  /** Something was written. */
  check(): void {
    if (this.#stream.writableLength >= MAX_GATHERED_BYTES) this.#release()
  }

  #release(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    this.#stream.uncork()
  }
}
