import { audience, flag, name, optionObject, port, timeout, whole } from '../actors/option-schema.js'
import { parseOptions } from '../actors/options.js'
import type { Logger } from '../base/world.js'
import { MAX_SEED, seedOfEnvironment } from './seed.js'
import { printWhenTestFails } from './seed-notice.js'
import { Simulation } from './simulation.js'
import { TestKit } from './test-kit.js'
import type { TestSystem, TestSystemOptions } from './test-system-type.js'
import { VirtualTime } from './virtual-time.js'

const testSystemOptions = optionObject<TestSystemOptions>({
  seed: whole(0, MAX_SEED),
  name,
  threads: whole(0, 256),
  strict: flag,
  timeoutMs: timeout,
  audience,
  log: port<Logger>('logger', 'debug', 'info', 'warn', 'error'),
})

/**
 * A system for tests: a virtual clock, simulated threads, messages encoded and checked, an order of events that the seed decides.
 * The same seed gives the same order on the same version of Node; without one it is that of `TROUPE_SEED`, or drawn, and printed when
 * a test of Vitest fails.
 *
 * - **Ownership**: `await using` stops it and checks that nothing is left.
 * - **Errors**: TypeError for a wrong option, which it names. What a test system throws tells the seed.
 *
 * @example
 * ```ts
 * await using t = await createTestSystem({ seed: 7 })
 * const beat = await t.spawn(Beat)
 * await t.clock.advance(5000)
 * expect(await beat.count()).toBe(5)
 * ```
 */
export async function createTestSystem(options?: TestSystemOptions): Promise<TestSystem> {
  const { seed: asked = seedOfEnvironment(), ...given } = parseOptions(testSystemOptions, options, 'createTestSystem()')
  const seed = asked ?? Math.floor(Math.random() * 2 ** 31)
  if (asked === undefined) await printWhenTestFails(seed)
  const time = new VirtualTime(Date.now())
  const simulation = new Simulation(time, { name: 'test', strict: true, threads: 0, ...given, seed, validate: 'always' })
  return new TestKit(simulation) as unknown as TestSystem
}
