import type { Clock, Scheduler } from '../../base/world.js'

/** How long a thread looks on after something has come. */
const LOOK_MS = 0.2
/** Whatever the clock says. */
const MOST_LOOKS = 2000
/** After windows in which nothing came, at most so many times the doubling of the next that are left out. */
const MOST_DOUBLINGS = 8

/**
 * Keeps the event loop of a thread from falling asleep for a while after something has come over the network, as long as that pays: to be woken
 * takes longer than an answer from a process on the same machine.
 *
 * - **Cost**: none while nothing comes; where what comes is never followed by more at once, one window of 255.
 */
export class Lookout {
  readonly #clock: Pick<Clock, 'now'>
  readonly #scheduler: Pick<Scheduler, 'macrotask'>
  #isLooking = false
  #hit = false
  #looks = 0
  #lastMs = 0
  #doublings = 0
  #skips = 0
  readonly #turn = (): void => this.#look()

  constructor({ clock, scheduler }: { readonly clock: Pick<Clock, 'now'>; readonly scheduler: Pick<Scheduler, 'macrotask'> }) {
    this.#clock = clock
    this.#scheduler = scheduler
  }

  /** Something has come. */
  came(): void {
    if (this.#isLooking) {
      this.#hit = true
      this.#looks = 0
      this.#lastMs = Number.NaN
    } else if (this.#skips > 0) this.#skips--
    else this.#begin()
  }

  #begin(): void {
    this.#isLooking = true
    this.#hit = false
    this.#looks = 0
    this.#lastMs = Number.NaN
    this.#scheduler.macrotask(this.#turn)
  }

  #look(): void {
    const nowMs = this.#clock.now()
    if (Number.isNaN(this.#lastMs)) this.#lastMs = nowMs
    if (nowMs - this.#lastMs < LOOK_MS && ++this.#looks < MOST_LOOKS) this.#scheduler.macrotask(this.#turn)
    else this.#end()
  }

  /** A window in which nothing came makes the next ones rarer; one in which something came makes them as frequent as ever. */
  #end(): void {
    this.#isLooking = false
    this.#doublings = this.#hit ? 0 : Math.min(this.#doublings + 1, MOST_DOUBLINGS)
    this.#skips = 2 ** this.#doublings - 1
  }
}
