import type { WheelEntry } from '../../base/timer-wheel.js'
import type { CronSchedule } from './cron-schedule.js'

/** How soon a timer of the wall clock notices that it was set: a computer that slept, a correction, the change of a virtual clock. */
const RECHECK_MS = 60_000
/** A wall clock that goes back by no more than this is put right: what a schedule has run is not run again. */
const CORRECTION_MS = 60_000
const NEVER = Number.NEGATIVE_INFINITY

/** When a timer fires: once after a delay, again and again, at a moment of the wall clock, or at each of a schedule. */
export type Timing =
  | { readonly kind: 'after'; readonly delayMs: number }
  | { readonly kind: 'every'; readonly periodMs: number }
  | { readonly kind: 'at'; readonly epochMs: number }
  | { readonly kind: 'cron'; readonly schedule: CronSchedule }

/** One timer of an actor. */
export class TimerEntry implements WheelEntry {
  wheelNext: WheelEntry | null = null
  wheelPrev: WheelEntry | null = null
  due = 0
  readonly timing: Timing
  readonly onDue: () => void
  readonly #start: number
  /** On the wall clock: the moment that is waited for, and the last one that was run. */
  #moment = NEVER
  #ran = NEVER

  constructor(timing: Timing, nowMs: number, onDue: () => void) {
    this.timing = timing
    this.#start = nowMs
    this.onDue = onDue
  }

  get repeats(): boolean {
    return this.timing.kind === 'every' || this.timing.kind === 'cron'
  }

  /** From now to when it fires next, `undefined` for never; a repeated one skips what it missed. */
  delayMs(nowMs: number, wallMs: number): number | undefined {
    const { timing } = this
    switch (timing.kind) {
      case 'after':
        return timing.delayMs
      case 'every': {
        const periods = Math.floor((nowMs - this.#start) / timing.periodMs) + 1
        return this.#start + periods * timing.periodMs - nowMs
      }
      case 'at':
        return this.#until(timing.epochMs, wallMs)
      case 'cron':
        if (wallMs < this.#ran - CORRECTION_MS) this.#ran = NEVER
        return this.#until(timing.schedule.nextAfter(Math.max(wallMs, this.#ran)), wallMs)
    }
  }

  #until(moment: number | undefined, wallMs: number): number | undefined {
    if (moment === undefined) return undefined
    this.#moment = moment
    return Math.min(Math.max(0, moment - wallMs), RECHECK_MS)
  }

  /** It was armed only to look again, or the wall clock was set back since. */
  isEarly(wallMs: number): boolean {
    return wallMs < this.#moment - 1
  }

  fired(): void {
    this.#ran = this.#moment
  }
}
