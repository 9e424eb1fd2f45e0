import type { Clock, Scheduler } from '../../base/world.js'

/** How long a thread looks on after something has come. */
const LOOK_MS = 0.1
/** Whatever the clock says. */
const MOST_LOOKS = 1000
/** How long it is tried what comes without looking on, then with it. */
const TRIAL_MS = 10
/** Of less in that time looking on would mostly find nothing. */
const FEWEST_ARRIVALS = 20
/** By how much more has to come. */
const GAIN = 1.1
/** For how long a trial counts, and at most when the ones before have gone against it. */
const VERDICT_MS = 1000
const LONGEST_VERDICT_MS = 16_000

/** What came in a span of time. */
interface Tally {
  startMs: number
  arrivals: number
  bytes: number
}

/**
 * Keeps the event loop of a thread from falling asleep for a while after something has come over the network, where that pays: to be woken takes
 * longer than an answer from a process on the same machine. But where others want the core it keeps them from answering; nobody can know that but by
 * trying. So every second in which much comes it is counted what comes in 10 ms without looking on, and in 10 ms with it.
 *
 * - **Cost**: none while little comes.
 */
export class Lookout {
  readonly #clock: Pick<Clock, 'now'>
  readonly #scheduler: Pick<Scheduler, 'macrotask'>
  #phase: 'resting' | 'without' | 'with' | 'looking' = 'without'
  #tally: Tally = { startMs: Number.NaN, arrivals: 0, bytes: 0 }
  #without = 0
  #verdictMs = VERDICT_MS
  #untilMs = 0
  #isLooking = false
  #looks = 0
  #lastMs = 0
  readonly #turn = (): void => this.#look()

  constructor({ clock, scheduler }: { readonly clock: Pick<Clock, 'now'>; readonly scheduler: Pick<Scheduler, 'macrotask'> }) {
    this.#clock = clock
    this.#scheduler = scheduler
  }

  /** So many bytes have come. */
  came(bytes: number): void {
    const nowMs = this.#clock.now()
    this.#lastMs = nowMs
    if (this.#phase === 'resting' || this.#phase === 'looking') this.#wait(nowMs)
    else this.#try(nowMs, bytes)
    if (this.#phase === 'with' || this.#phase === 'looking') this.#begin()
  }

  #wait(nowMs: number): void {
    if (nowMs < this.#untilMs) return
    this.#phase = 'without'
    this.#restart(nowMs)
  }

  #try(nowMs: number, bytes: number): void {
    const tally = this.#tally
    if (!(nowMs - tally.startMs < TRIAL_MS)) this.#tried(nowMs)
    this.#tally.arrivals++
    this.#tally.bytes += bytes
  }

  /** A span of time is over; a pause in it says nothing. */
  #tried(nowMs: number): void {
    const { startMs, arrivals, bytes } = this.#tally
    this.#restart(nowMs)
    const spanMs = nowMs - startMs
    const isTrue = arrivals >= FEWEST_ARRIVALS && spanMs < 2 * TRIAL_MS
    if (this.#phase === 'without') {
      this.#without = bytes / spanMs
      this.#phase = isTrue ? 'with' : 'without'
    } else this.#judge(nowMs, bytes / spanMs > this.#without * GAIN)
  }

  #judge(nowMs: number, pays: boolean): void {
    this.#phase = pays ? 'looking' : 'resting'
    this.#verdictMs = pays ? VERDICT_MS : Math.min(this.#verdictMs * 2, LONGEST_VERDICT_MS)
    this.#untilMs = nowMs + this.#verdictMs
  }

  #restart(nowMs: number): void {
    this.#tally = { startMs: nowMs, arrivals: 0, bytes: 0 }
  }

  #begin(): void {
    this.#looks = 0
    if (this.#isLooking) return
    this.#isLooking = true
    this.#scheduler.macrotask(this.#turn)
  }

  #look(): void {
    if (this.#clock.now() - this.#lastMs < LOOK_MS && ++this.#looks < MOST_LOOKS) this.#scheduler.macrotask(this.#turn)
    else this.#isLooking = false
  }
}
