import type { VirtualTime } from './virtual-time.js'

/** Rounds of the event loop in which nothing happened, after which a system counts as settled. */
const QUIET_ROUNDS = 2
/** Rounds after which a system that never becomes quiet is given up. */
const MAX_ROUNDS = 1_000_000

/** Moves a simulated system: through what is ready, and through time. */
export class TestDriver {
  readonly #isQuiet: () => boolean
  readonly #time: VirtualTime
  readonly #seed: number

  /** `isQuiet` tells whether nothing is ready to happen at this moment. */
  constructor(isQuiet: () => boolean, time: VirtualTime, seed: number) {
    this.#isQuiet = isQuiet
    this.#time = time
    this.#seed = seed
  }

  /** Resolves when no message waits and no turn is ready at this moment of the virtual clock. */
  async settled(): Promise<void> {
    let quiet = 0
    for (let round = 0; quiet < QUIET_ROUNDS; round++) {
      if (round > MAX_ROUNDS) throw new Error(`the system does not settle: its actors go on without end (seed ${this.#seed})`)
      await new Promise<void>((resolve) => this.#time.macrotask(resolve))
      quiet = this.#isQuiet() && this.#time.nextDueMs > this.#time.now() ? quiet + 1 : 0
      this.#time.moveTo(this.#time.now())
    }
  }

  /** Moves time forward, through everything that falls due, in order, with all that it causes. */
  async advance(ms: number): Promise<void> {
    if (!(typeof ms === 'number' && ms >= 0 && ms < Number.POSITIVE_INFINITY))
      throw new TypeError(`advance(): ms is ${String(ms)}; give milliseconds, 0 or more`)
    await this.settled()
    const target = this.#time.now() + ms
    while (this.#time.nextDueMs <= target) {
      this.#time.moveTo(this.#time.nextDueMs)
      await this.settled()
    }
    this.#time.moveTo(target)
    await this.settled()
  }

  /** Moves time forward until `work` has settled. */
  async until<T>(work: Promise<T>): Promise<T> {
    let done = false
    const finish = (): void => {
      done = true
    }
    work.then(finish, finish)
    for (;;) {
      await this.settled()
      if (done) return await work
      const next = this.#time.nextDueMs
      if (next === Number.POSITIVE_INFINITY) throw new Error(`nothing is due that could end what is waited for (seed ${this.#seed})`)
      this.#time.moveTo(next)
    }
  }
}
