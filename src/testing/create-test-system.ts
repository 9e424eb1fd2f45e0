import type { System, SystemStopOptions } from '../actors/system-type.js'
import { randomIndex, seededRandom } from '../base/random.js'
import type { Logger, World } from '../base/world.js'
import { assembleSystem } from '../runtime/create-system.js'
import { nodeWorld } from '../runtime/node-world.js'
import { TestDriver } from './test-driver.js'
import { VirtualTime } from './virtual-time.js'

/** How a test system is made. */
export interface TestSystemOptions {
  /** Decides the order of turns and every random number; drawn when not given. */
  readonly seed?: number
  readonly name?: string
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
}

const SLICE_MESSAGES = 1000

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
  const time = new VirtualTime(Date.now())
  const random = seededRandom(seed)
  const world: World = { ...nodeWorld({ log: options.log, random, clock: time, hold: () => undefined }), scheduler: time }
  const { seed: _seed, ...given } = options
  const system = assembleSystem(
    world,
    { name: 'test', strict: true, ...given, threads: 0, validate: 'always' },
    { extras: { pick: (waiting) => randomIndex(random, waiting), sliceMessages: SLICE_MESSAGES } },
  )
  const driver = new TestDriver(() => system.core.dispatcher.quiet && system.core.offloader.quiet, time, seed)
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
    stop,
    [Symbol.asyncDispose]: () => stop(),
  }) as unknown as TestSystem
}
