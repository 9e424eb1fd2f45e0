import type { Clock, Scheduler } from '../../../base/world.js'
import type { Awake } from './awake.js'

/** Something that has records to read. */
export interface Polled {
  readonly hasMore: boolean
  /** Takes records in until they have cost `budget`; returns what they have cost, which may be a little more, and 0 when there was none. */
  read(budget: number): number
}

export interface PollerOptions {
  readonly clock: Pick<Clock, 'now'>
  readonly scheduler: Pick<Scheduler, 'macrotask'>
  readonly awake: Awake
  /** Threads that can run at once. */
  readonly cores: number
  /** This thread has something else to do. */
  readonly isBusy: () => boolean
}

/** What the records of all rings cost that are taken in before the event loop has its turn. */
const BUDGET = 1024
/** For how long they are, whatever they cost. */
const READ_MS = 1
/** How long a thread looks at its rings without leaving the job, and how long it comes back to look after the last record. */
const SPIN_MS = 0.005
const POLL_MS = 0.2
const LOOKS_A_CLOCK = 16
/** After windows in which nothing came, at most so many times the doubling of the next that are left out. */
const MOST_DOUBLINGS = 8

/**
 * Looks at what other threads have sent to this one: reads, lets the event loop turn, looks again for a while as long as that pays, then parks
 * until somebody rings.
 *
 * - **Cost**: a parked thread none. Looking is left out where two threads more run than there are cores, since then the one that is waited for
 *   may be waiting for this core; and it is left out the more often, the more often nothing came. One more is let be, since it may be blocked.
 */
export class Poller {
  readonly #options: PollerOptions
  #polled: readonly Polled[] = []
  /** Which of them is read first: by turns, so that none that sends much keeps the others waiting. */
  #first = 0
  #scheduled = false
  /** Since when this turn reads; `NaN` until somebody asks. */
  #turnMs = Number.NaN
  /** When the last record came; `NaN` when the clock has not been read since. */
  #lastMs = 0
  #isFresh = false
  #looked = false
  #hit = false
  #doublings = 0
  #skips = 0
  readonly #turn = (): void => this.#run()

  constructor(options: PollerOptions) {
    this.#options = options
    options.awake.park()
  }

  add(one: Polled): void {
    this.#polled = [...this.#polled, one]
    this.wake()
  }

  remove(one: Polled): void {
    this.#polled = this.#polled.filter((other) => other !== one)
  }

  /** Somebody has rung, or may have meant to. */
  wake(): void {
    if (this.#scheduled) return
    this.#options.awake.wake()
    this.#run()
  }

  /** This thread has asked for something: what comes back is looked for. */
  expect(): void {
    if (this.#scheduled || this.#skips > 0 || this.#options.cores < 2) return
    this.#options.awake.wake()
    this.#isFresh = true
    this.#schedule()
  }

  /** Whether it is time for the event loop to turn: for who reads much. The first to ask is not late. */
  isLate(): boolean {
    const nowMs = this.#options.clock.now()
    if (Number.isNaN(this.#turnMs)) this.#turnMs = nowMs
    return nowMs - this.#turnMs >= READ_MS
  }

  #schedule(): void {
    this.#scheduled = true
    this.#options.scheduler.macrotask(this.#turn)
  }

  #run(): void {
    // Whoever is read need not ask for another turn, nor be read within its own.
    this.#scheduled = true
    let read = 1
    try {
      read = this.#read()
    } finally {
      this.#scheduled = false
      if (read > 0) this.#came()
    }
    if (read === 0 && !this.#looks()) this.#park()
  }

  /** Never looks on at once: what this thread itself has to do about it comes first. */
  #came(): void {
    if (this.#looked) this.#hit = true
    this.#looked = false
    this.#isFresh = true
    this.#schedule()
  }

  #read(): number {
    this.#turnMs = Number.NaN
    const polled = this.#polled
    const first = this.#first
    let cost = 0
    for (let i = 0; i < polled.length; i++) {
      const at = (first + i) % polled.length
      cost += (polled[at] as Polled).read(BUDGET - cost)
      if (cost < BUDGET) continue
      this.#first = at + 1
      break
    }
    return cost
  }

  #any(): boolean {
    for (const one of this.#polled) if (one.hasMore) return true
    return false
  }

  /** Whether this thread goes on looking. */
  #looks(): boolean {
    const { clock, awake, cores, isBusy } = this.#options
    if (this.#skips > 0 || cores < 2) return false
    const nowMs = clock.now()
    if (this.#isFresh) this.#lastMs = nowMs
    this.#isFresh = false
    if (nowMs - this.#lastMs >= POLL_MS || awake.count > cores + 1) return false
    this.#looked = true
    if (!isBusy() && this.#spin(nowMs + SPIN_MS)) this.#run()
    else this.#schedule()
    return true
  }

  #spin(untilMs: number): boolean {
    const { clock } = this.#options
    do {
      for (let i = 0; i < LOOKS_A_CLOCK; i++) if (this.#any()) return true
    } while (clock.now() < untilMs)
    return false
  }

  #park(): void {
    this.#judge()
    const { awake } = this.#options
    awake.park()
    if (!this.#any()) return
    awake.wake()
    this.#schedule()
  }

  /** A window in which nothing came makes the next ones rarer; one in which something came makes them as frequent as ever. */
  #judge(): void {
    if (this.#skips > 0) this.#skips--
    else if (this.#hit) this.#doublings = 0
    else if (this.#looked) {
      this.#doublings = Math.min(this.#doublings + 1, MOST_DOUBLINGS)
      this.#skips = 2 ** this.#doublings - 1
    }
    this.#hit = false
    this.#looked = false
    this.#isFresh = true
  }
}
