import { quote } from '../actors/quote.js'
import { createTestSystem } from './create-test-system.js'
import { replayHint, seedOfEnvironment } from './seed.js'
import type { TestSystem, TestSystemOptions } from './test-system-type.js'

/**
 * Runs a test with a system of its own for each of the seeds from 1 to `count`, one after another, or for that of `TROUPE_SEED` alone.
 *
 * - **Ownership**: it stops and checks each system.
 * - **Errors**: rejects with what the first that fails throws; the message of an error then tells the seed, and how to run it alone.
 *
 * @example
 * ```ts
 * test('orders are kept', () =>
 *   withSeeds(50, async (t) => {
 *     const orders = await t.spawn(OrdersService)
 *     expect(await orders.count()).toBe(0)
 *   }))
 * ```
 */
export async function withSeeds(
  count: number,
  run: (t: TestSystem) => Promise<void> | void,
  options: Omit<TestSystemOptions, 'seed'> = {},
): Promise<void> {
  if (!(Number.isInteger(count) && count >= 1))
    throw new TypeError(`withSeeds(): count is ${quote(count)}; give a whole number of 1 or more`)
  const asked = seedOfEnvironment()
  const seeds = asked === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [asked]
  for (const seed of seeds) await withSeed(seed, run, options)
}

async function withSeed(seed: number, run: (t: TestSystem) => Promise<void> | void, options: TestSystemOptions): Promise<void> {
  try {
    await using t = await createTestSystem({ ...options, seed })
    await run(t)
  } catch (error) {
    if (error instanceof Error) error.message = `${error.message} ${replayHint(seed)}`
    throw error
  }
}
