import { VITALS } from '../../actors/kernel/vitals.js'
import type { Whereabouts } from '../../actors/kernel/whereabouts.js'
import type { Scheduler } from '../../base/world.js'
import type { Gauges } from './gauges.js'

/** The longest time between two beats of a thread in which nothing happens. */
const SLOWEST_MS = 4000
/** What is measured is told of the window before and the one that goes on. */
const WINDOW_MS = 5000

export interface BeatParts {
  readonly vitals: Float64Array
  readonly whereabouts: Whereabouts | null
  readonly gauges: Gauges
  readonly scheduler: Scheduler
  /** Time between two beats while something happens. */
  readonly everyMs: number
  /** At every beat, with how late it is; tells whether something happens elsewhere that wants regular beats here. */
  readonly onBeat: (nowMs: number, lateMs: number) => boolean
  /** Something happens again after a time in which beats had become rare. */
  readonly onWake: (nowMs: number) => void
}

/**
 * Shows from time to time that a thread lives, and how: delay and load of its event loop, its heap.
 *
 * - **Cost**: a timer every half second while something happens, ever rarer while nothing does.
 */
export class Beat {
  readonly #parts: BeatParts
  readonly #busy = (): void => this.#hurry()
  #cancel: (() => void) | null = null
  #trips = 0
  #dueMs = 0
  #intervalMs: number
  #window: Window
  #before: Window

  constructor(parts: BeatParts) {
    this.#parts = parts
    this.#intervalMs = parts.everyMs
    this.#window = this.#before = { fromMs: parts.gauges.nowMs(), delayMs: 0, loop: parts.gauges.loop(undefined).now }
  }

  start(): void {
    this.#measure(this.#parts.gauges.nowMs(), 0)
    this.#next(this.#parts.gauges.nowMs())
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
    if (this.#parts.whereabouts !== null) this.#parts.whereabouts.onTrip = null
    this.#parts.vitals[VITALS.beatDue] = 0
  }

  #beat(): void {
    const { gauges, onBeat, whereabouts, everyMs } = this.#parts
    const nowMs = gauges.nowMs()
    const lateMs = Math.max(0, nowMs - this.#dueMs)
    const trips = whereabouts?.trips ?? 0
    const elsewhere = onBeat(nowMs, lateMs)
    this.#measure(nowMs, lateMs)
    this.#intervalMs = trips !== this.#trips || elsewhere ? everyMs : Math.max(everyMs, Math.min(this.#intervalMs * 2, SLOWEST_MS))
    this.#trips = trips
    this.#next(nowMs)
  }

  #next(nowMs: number): void {
    const { scheduler, vitals, whereabouts, everyMs } = this.#parts
    this.#dueMs = nowMs + this.#intervalMs
    vitals[VITALS.beatDue] = this.#dueMs
    this.#cancel = scheduler.timer(this.#intervalMs, () => this.#beat())
    if (whereabouts !== null) whereabouts.onTrip = this.#intervalMs > everyMs ? this.#busy : null
  }

  /** Something happens again. */
  #hurry(): void {
    this.#cancel?.()
    this.#intervalMs = this.#parts.everyMs
    const nowMs = this.#parts.gauges.nowMs()
    this.#parts.onWake(nowMs)
    this.#next(nowMs)
  }

  #measure(nowMs: number, lateMs: number): void {
    const { gauges, vitals, whereabouts } = this.#parts
    const delayMs = Math.max(lateMs, whereabouts?.takeLongest(nowMs) ?? 0)
    const { utilization, now } = gauges.loop(this.#before.loop)
    this.#window = { ...this.#window, delayMs: Math.max(delayMs, this.#window.delayMs) }
    vitals[VITALS.loopDelayMs] = Math.max(this.#window.delayMs, this.#before.delayMs)
    vitals[VITALS.loopUtilization] = utilization
    const { usedBytes, limitBytes } = gauges.heap()
    vitals[VITALS.heapUsedBytes] = usedBytes
    vitals[VITALS.heapLimitBytes] = limitBytes
    if (nowMs - this.#window.fromMs < WINDOW_MS) return
    this.#before = this.#window
    this.#window = { fromMs: nowMs, delayMs: 0, loop: now }
  }
}

interface Window {
  readonly fromMs: number
  /** The longest in it. */
  readonly delayMs: number
  readonly loop: unknown
}
