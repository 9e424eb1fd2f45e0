import type { VirtualTime } from './virtual-time.js'

/** Rounds of the event loop in which nothing happened, after which a system counts as settled. */
const QUIET_ROUNDS = 2
/** Rounds after which a system that never becomes quiet is given up. */
const MAX_ROUNDS = 1_000_000

/** How far a search goes. */
interface Limits {
  /** Nothing is about to happen. */
  readonly isStill: () => boolean
  readonly targetMs: number
}

/** Moves a simulated system: through what is ready, and through time. */
export class TestDriver {
  readonly #isQuiet: () => boolean
  readonly #time: VirtualTime
  readonly #seed: number
  /** Those who move time to wherever they want it. */
  #movers = 0

  /** `isQuiet` tells whether nothing is ready to happen at this moment. */
  constructor(isQuiet: () => boolean, time: VirtualTime, seed: number) {
    this.#isQuiet = isQuiet
    this.#time = time
    this.#seed = seed
  }

  /** An error that tells the seed. */
  error(message: string): Error {
    return new Error(`${message} (seed ${this.#seed})`)
  }

  /** Resolves when no message waits and no turn is ready at this moment of the virtual clock. */
  settled(): Promise<void> {
    return this.#still(() => this.#isStill)
  }

  /** Moves time forward, through everything that falls due, in order, with all that it causes. */
  async advance(ms: number): Promise<void> {
    if (!(typeof ms === 'number' && ms >= 0 && ms < Number.POSITIVE_INFINITY))
      throw new TypeError(`advance(): ms is ${String(ms)}; give milliseconds, 0 or more`)
    await this.#moving(async () => {
      await this.settled()
      const target = this.#time.now() + ms
      while (this.#time.nextDueMs <= target) {
        this.#time.moveTo(this.#time.nextDueMs)
        await this.settled()
      }
      this.#time.moveTo(target)
      await this.settled()
    })
  }

  /**
   * Moves through what is ready, and through time by `limitMs` at most, until something is there; false when it did not come. While
   * somebody else moves time it leaves that to them.
   */
  seek(isThere: () => boolean, limitMs: number): Promise<boolean> {
    const isStill = (): boolean => this.#movers === 0 && this.#isStill
    return this.#seek(isThere, { isStill, targetMs: this.#time.now() + limitMs })
  }

  /** Moves time forward until `work` has settled. */
  async until<T>(work: Promise<T>): Promise<T> {
    let done = false
    const finish = (): void => {
      done = true
    }
    work.then(finish, finish)
    const limits = { isStill: () => this.#isStill, targetMs: Number.POSITIVE_INFINITY }
    if (!(await this.#moving(() => this.#seek(() => done, limits)))) throw this.error('nothing is due that could end what is waited for')
    return await work
  }

  /** Nothing is ready at this moment, nor due at it. */
  get #isStill(): boolean {
    return this.#isQuiet() && this.#time.nextDueMs > this.#time.now()
  }

  async #seek(isThere: () => boolean, { isStill, targetMs }: Limits): Promise<boolean> {
    while (!isThere()) {
      await this.#still(() => isThere() || isStill())
      if (isThere()) break
      if (!this.#leap(targetMs)) return false
    }
    return true
  }

  /** Waits until nothing has happened for some rounds of the event loop. */
  async #still(isStill: () => boolean): Promise<void> {
    let quiet = 0
    for (let round = 0; quiet < QUIET_ROUNDS; round++) {
      if (round > MAX_ROUNDS) throw this.error('the system does not settle: its actors go on without end')
      await this.#turn()
      quiet = isStill() ? quiet + 1 : 0
      this.#time.moveTo(this.#time.now())
    }
  }

  /** Moves time to what is due next, or to its limit; false when it is there. */
  #leap(targetMs: number): boolean {
    const next = Math.min(this.#time.nextDueMs, targetMs)
    if (next === Number.POSITIVE_INFINITY || next <= this.#time.now()) return false
    this.#time.moveTo(next)
    return true
  }

  async #moving<T>(move: () => Promise<T>): Promise<T> {
    this.#movers++
    try {
      return await move()
    } finally {
      this.#movers--
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => this.#time.macrotask(resolve))
  }
}
