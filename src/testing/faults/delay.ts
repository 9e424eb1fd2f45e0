import type { Cell, Life } from '../../actors/kernel/cell.js'
import type { Core } from '../../actors/kernel/core.js'
import type { Envelope } from '../../actors/kernel/message.js'
import { lapsed, refuse } from '../../actors/turns/admission.js'
import { unavailable } from '../../actors/turns/failing.js'
import { renewArgs } from '../../actors/turns/sending.js'
import { Deque } from '../../base/deque.js'

/** One that waits. */
interface Held {
  readonly envelope: Envelope
  /** The incarnation that it was sent to. */
  readonly life: Life
  readonly cancel: () => void
}

/** What happens to messages that wait. */
export interface DelayEnds {
  letIn(envelope: Envelope): void
  /** None waits any more. */
  over(): void
}

/**
 * The messages to one actor that are delayed, and those behind them.
 *
 * - **Ordering**: first in, first out, whatever the delays are.
 */
export class Delay {
  readonly #core: Core
  readonly #cell: Cell
  readonly #ends: DelayEnds
  readonly #waiting = new Deque<Held>()
  readonly #outlive: () => void
  #dueMs = 0

  constructor(core: Core, cell: Cell, ends: DelayEnds) {
    this.#core = core
    this.#cell = cell
    this.#ends = ends
    this.#outlive = core.whenClosed(() => this.#giveUp())
  }

  /** Messages that wait; those of a dead thread are lost with it. */
  get size(): number {
    return this.#core.root.life.dead ? 0 : this.#waiting.length
  }

  hold(envelope: Envelope, delayMs: number): void {
    const { clock, scheduler } = this.#core.world
    const nowMs = clock.now()
    this.#dueMs = Math.max(this.#dueMs, nowMs + delayMs)
    const cancel = scheduler.timer(this.#dueMs - nowMs, () => this.#release())
    this.#waiting.push({ envelope, life: this.#cell.life, cancel })
  }

  #release(): void {
    const first = this.#waiting.shift()
    if (this.#waiting.length === 0) {
      this.#ends.over()
      this.#outlive()
    }
    if (first === undefined) return
    const { envelope, life } = first
    if (envelope.call?.settled === true) return lapsed(this.#core, envelope, this.#cell)
    // Remotes in it were made for an incarnation that may be over.
    if (life !== this.#cell.life) envelope.args = renewArgs(this.#core, this.#cell, envelope.args)
    this.#ends.letIn(envelope)
  }

  /** The system has stopped. */
  #giveUp(): void {
    this.#ends.over()
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      next.cancel()
      refuse(this.#core, next.envelope, { reason: 'stopped', failure: unavailable(this.#cell), target: this.#cell })
    }
  }
}
