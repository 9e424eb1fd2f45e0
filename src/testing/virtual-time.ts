import type { Clock, Scheduler } from '../base/world.js'

interface Timer {
  readonly dueMs: number
  readonly run: () => void
}

/**
 * A clock that stands still until it is moved by hand. Jobs of the moment (microtasks, the event loop) are the real ones.
 *
 * - **Ordering**: timers run by due time, those of one moment in the order they were set.
 */
export class VirtualTime implements Clock, Scheduler {
  #nowMs = 0
  #epochMs: number
  readonly #timers = new Set<Timer>()

  constructor(epochMs: number) {
    this.#epochMs = epochMs
  }

  now(): number {
    return this.#nowMs
  }

  wall(): number {
    return this.#epochMs + this.#nowMs
  }

  /** Sets the wall clock; what is due by the other clock stays where it is. */
  setWall(epochMs: number): void {
    this.#epochMs = epochMs - this.#nowMs
  }

  timer(delayMs: number, run: () => void): () => void {
    const timer: Timer = { dueMs: this.#nowMs + Math.max(0, delayMs), run }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  macrotask(run: () => void): void {
    setImmediate(run)
  }

  microtask(run: () => void): void {
    queueMicrotask(run)
  }

  /** Timers that are set. */
  get size(): number {
    return this.#timers.size
  }

  /** When the next timer is due; `Infinity` when none is set. */
  get nextDueMs(): number {
    let next = Number.POSITIVE_INFINITY
    for (const { dueMs } of this.#timers) next = Math.min(next, dueMs)
    return next
  }

  /** Moves the clock forward and runs what is due by then, without waiting for what it causes. */
  moveTo(nowMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, nowMs)
    const due = [...this.#timers].filter(({ dueMs }) => dueMs <= this.#nowMs).sort((one, other) => one.dueMs - other.dueMs)
    for (const timer of due) if (this.#timers.delete(timer)) timer.run()
  }
}
