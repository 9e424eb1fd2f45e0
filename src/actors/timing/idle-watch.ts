import { Alarm } from '../kernel/alarm.js'
import type { Cell, IdleWatching } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import { stopCell } from '../turns/stopping.js'

/** How long messages that are there all the same when an idle actor stops may run. */
const DRAIN_MS = 30_000

/**
 * Stops an actor that has had no message for a while, counted from the end of the last one; its own timers are none. What it still
 * answers, a stream or an answer that was put off, keeps it. It does not keep the process alive.
 *
 * - **Cost**: two readings of the clock for each message of an actor that has it on.
 */
export class IdleWatch implements IdleWatching {
  readonly #core: Core
  readonly #cell: Cell
  readonly #limitMs: number
  readonly #alarm = new Alarm(() => this.#due())
  #sinceMs: number
  /** The time is over, and something still runs. */
  #overdue = false

  constructor(core: Core, cell: Cell, limitMs: number) {
    this.#core = core
    this.#cell = cell
    this.#limitMs = limitMs
    this.#sinceMs = core.world.clock.now()
    core.deadlines.after(this.#alarm, limitMs)
  }

  touch(): void {
    this.#sinceMs = this.#core.world.clock.now()
  }

  look(): void {
    if (this.#overdue) this.#due()
  }

  end(): void {
    this.#core.deadlines.remove(this.#alarm)
  }

  #due(): void {
    const cell = this.#cell
    if (cell.ending !== null) return
    this.#overdue = cell.state !== 'running' || !cell.finished
    if (this.#overdue) return
    const leftMs = this.#sinceMs + this.#limitMs - this.#core.world.clock.now()
    if (leftMs > 0) this.#core.deadlines.after(this.#alarm, leftMs)
    else void stopCell(this.#core, cell, 'stopped', { drainMs: DRAIN_MS })
  }
}
