import type { System, SystemStopOptions } from '../actors/system-type.js'
import type { Logger } from '../base/world.js'
import { Simulation } from './simulation.js'
import { VirtualTime } from './virtual-time.js'

/** How a test system is made. */
export interface TestSystemOptions {
  /** Decides the order of turns and every random number; drawn when not given. */
  readonly seed?: number
  readonly name?: string
  /** Simulated threads beside thread 0, 0 to 256; 0 by default. */
  readonly threads?: number
  /** Encodes and decodes every message; on by default. */
  readonly strict?: boolean
  /** Deadline of calls, in virtual milliseconds; 5000 by default. */
  readonly timeoutMs?: number
  readonly audience?: string
  readonly log?: Logger
}

/** The clock of a test system, moved by hand. */
export interface TestClock {
  /** Milliseconds since the system was made. */
  now(): number
  /** Runs what falls due in the next `ms` milliseconds, in order, with all that it causes. */
  advance(ms: number): Promise<void>
  /** Sets the wall clock that `self.at` and `self.cron` go by. */
  set(date: Date): Promise<void>
}

/** A system in one thread, on a virtual clock, with turns in an order that its seed decides. */
export interface TestSystem extends System {
  readonly clock: TestClock
  readonly seed: number
  /** Resolves when no message, no turn and no timer of this moment is left. */
  settled(): Promise<void>
  /**
   * Ends a simulated thread as the death of a worker thread does: of what it had sent a beginning arrives, how much the seed decides;
   * what is supervised comes back on a new thread. It is dead at once; resolves when the others have dealt with it.
   *
   * - **Errors**: rejects for thread 0, and for one that does not run.
   */
  killThread(thread: number): Promise<void>
}

/**
 * A system for tests: no threads, messages encoded and checked, a virtual clock, a seeded order of turns. The same seed
 * gives the same order on the same version of Node.
 *
 * @example
 * ```ts
 * await using t = await createTestSystem({ seed: 7 })
 * const beat = await t.spawn(Beat)
 * await t.clock.advance(5000)
 * expect(await beat.count()).toBe(5)
 * ```
 */
export async function createTestSystem(options: TestSystemOptions = {}): Promise<TestSystem> {
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31)
  const simulation = new Simulation(new VirtualTime(Date.now()), {
    name: 'test',
    strict: true,
    threads: 0,
    ...options,
    seed,
    validate: 'always',
  })
  const { system, time, driver } = simulation
  const stop = (order?: SystemStopOptions): Promise<void> =>
    driver.until(Object.getPrototypeOf(system).stop.call(system, order) as Promise<void>)
  const clock: TestClock = {
    now: () => time.now(),
    advance: (ms) => driver.advance(ms),
    set: async (date) => {
      time.setWall(date.getTime())
      await driver.settled()
    },
  }
  return Object.assign(system, {
    clock,
    seed,
    settled: () => driver.settled(),
    killThread: async (thread: number) => {
      simulation.killThread(thread)
      await driver.settled()
    },
    stop,
    [Symbol.asyncDispose]: () => stop(),
  }) as unknown as TestSystem
}
