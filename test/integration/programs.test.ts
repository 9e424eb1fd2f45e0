import type { LinkStats, SystemStats } from 'troupe'
import { expect, it } from 'vitest'
import { eventually } from './support/outcomes.js'
import { Player0, programOf } from './support/random-program.js'
import { startSystem } from './support/systems.js'
import { collectWorkers } from './support/workers.js'

/** `TROUPE_SEED=7 npx vitest run --project integration test/integration/programs.test.ts` replays one, as far as threads can. */
const { TROUPE_SEED: given } = process.env
const SEEDS = given === undefined ? [1, 2, 3, 4, 5, 6] : given.split(',').map(Number)

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
const of = (links: readonly LinkStats[], end: 'from' | 'to', thread: number, what: 'received' | 'lost' | 'sent'): number =>
  sum(links.filter((link) => link[end] === thread).map((link) => link[what]))

/** What is wrong with a snapshot: sums that do not add up, numbers below 0. */
function faultsOf({ threads, links, totals }: SystemStats): readonly string[] {
  const faults: string[] = []
  for (const { thread, ...counts } of [...threads, { thread: 'all', ...totals }]) {
    const { sent, delivered, dropped, mailboxDepth, inFlight } = counts
    for (const [what, count] of Object.entries({ sent, delivered, mailboxDepth, inFlight, ...dropped }))
      if (!(count >= 0)) faults.push(`thread ${thread}: ${what} is ${count}`)
    const passedOn = typeof thread === 'number' ? of(links, 'from', thread, 'received') - of(links, 'to', thread, 'received') : 0
    const rest = sent - delivered - sum(Object.values(dropped)) - mailboxDepth - passedOn
    if (rest !== 0) faults.push(`thread ${thread}: of ${sent} messages sent ${rest} are unaccounted for`)
  }
  for (const { from, to, sent, received, lost } of links)
    if (sent !== received + lost) faults.push(`link ${from} to ${to}: ${sent} sent, ${received} received, ${lost} lost`)
  return faults
}

it.each(SEEDS)('a random program with deaths of threads loses no message silently, and ends: seed %i', async (seed) => {
  const workers = collectWorkers()
  const system = await startSystem({ threads: 3 })
  const player = new Player0(system, workers)
  await player.run(programOf(seed))
  await Promise.all(player.waits)
  let faults: readonly string[] = []
  const isQuiet = (): boolean => {
    faults = faultsOf(system.stats())
    return faults.length === 0
  }
  await eventually(isQuiet, 'everything adds up').catch(() => undefined)
  expect(faults, `seed ${seed}`).toEqual([])
  await system.stop()
  expect(faultsOf(system.stats()), `seed ${seed}, stopped`).toEqual([])
})
