import fc from 'fast-check'
import { describe, it } from 'vitest'
import { ALL, commandsOf, REPORTS } from './model/commands.js'
import { expectAgreement } from './model/laws.js'
import { Model } from './model/model.js'
import { RealWorld } from './model/world.js'

/**
 * A failure prints its seed and path, and the `replayPath` of its commands: with the three of them it is run again by
 * `TROUPE_SEED=… TROUPE_PATH=… TROUPE_REPLAY=… npx vitest run --project unit test/router/model.test.ts -t '…'`.
 */
const { TROUPE_SEED: seed, TROUPE_PATH: path, TROUPE_REPLAY: replayPath, TROUPE_RUNS: runs } = process.env
const limits = {
  numRuns: runs === undefined ? 400 : Number(runs),
  ...(runs === undefined ? { interruptAfterTimeLimit: 1500, markInterruptAsFailure: false } : {}),
  ...(seed === undefined ? {} : { seed: Number(seed) }),
  ...(path === undefined ? {} : { path }),
}

async function play(threads: number, order: number, commands: Iterable<fc.AsyncCommand<Model, RealWorld>>): Promise<void> {
  const model = new Model()
  const world = new RealWorld(model, order)
  for (let slot = 0; slot < threads; slot++) model.start(world.start(slot))
  await fc.asyncModelRun(() => ({ model, real: world }), commands)
  await world.sim.settled()
  model.settle()
  expectAgreement(model, world, true)
}

describe('router', () => {
  it.each([
    ['one thread', 1, ALL, true],
    ['three threads, each command seen everywhere before the next', 3, ALL, true],
    ['three threads, commands that overtake what they cause', 3, ALL, false],
    ['two threads, reports and subscriptions that cross', 2, REPORTS, false],
  ] as const)(
    'does what the model says: %s',
    async (_, threads, weights, stepwise) => {
      const property = fc.asyncProperty(fc.nat(), commandsOf(weights, stepwise, replayPath), (order, commands) =>
        play(threads, order, commands),
      )
      await fc.assert(property, limits)
    },
    runs === undefined ? 10_000 : 3_600_000,
  )
})
