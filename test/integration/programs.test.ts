import { expect, it } from 'vitest'
import { Player0, programOf } from './support/random-program.js'
import { addsUp, faultsOf } from './support/sums.js'
import { startSystem } from './support/systems.js'
import { collectWorkers } from './support/workers.js'

/** `TROUPE_SEED=7 npx vitest run --project integration test/integration/programs.test.ts` replays one, as far as threads can. */
const { TROUPE_SEED: given } = process.env
const SEEDS = given === undefined ? [1, 2, 3, 4, 5, 6] : given.split(',').map(Number)

it.each(SEEDS)('a random program with deaths of threads loses no message silently, and ends: seed %i', async (seed) => {
  const workers = collectWorkers()
  const system = await startSystem({ threads: 3 })
  const player = new Player0(system, workers)
  await player.run(programOf(seed))
  await Promise.all(player.waits)
  await addsUp(system)
  await system.stop()
  expect(faultsOf(system.stats()), `seed ${seed}, stopped`).toEqual([])
})
