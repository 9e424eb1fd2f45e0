import { expect, it, onTestFinished } from 'vitest'
import { Bench } from './fixtures/bench.js'
import { LoadsOnce } from './fixtures/loads-once.js'
import { errorOf, eventually, failureOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'

/** From now on, until the end of the test, the module of {@link LoadsOnce} ends every thread that loads it. */
function loadsNoMore(): void {
  process.env['TROUPE_LOADS_NO_MORE'] = 'yes'
  onTestFinished(() => {
    delete process.env['TROUPE_LOADS_NO_MORE']
  })
}

it('a thread that never becomes ready again is tried after growing delays, until the budget of its service is spent', async () => {
  const system = await startSystem({ threads: 1 })
  const supervision = { budget: { restarts: 4, withinMs: 60_000 }, backoff: { minMs: 40, maxMs: 80, factor: 2, jitter: 0 } }
  const once = await system.spawn(LoadsOnce, { supervision })
  const ends: string[] = []
  system.watch(once, ({ reason }) => void ends.push(reason))
  loadsNoMore()
  const begin = performance.now()
  await failureOf(once.exit())
  await eventually(() => ends.length > 0, 'it is given up')
  expect(ends).toEqual(['crashed'])
  // The first restart is at once; then 40, 80 and 80 ms.
  expect(performance.now() - begin).toBeGreaterThanOrEqual(200)
  const about = system.records.map(({ message }) => message).filter((message) => message.startsWith('service "loads-once"'))
  const again = 'service "loads-once" failed in a setup; it restarts on a new thread'
  expect(about).toEqual([
    'service "loads-once" restarts: its thread has ended',
    again,
    again,
    again,
    'service "loads-once" failed in a setup; it stops',
  ])
})

it('a thread that never becomes ready fails the spawn, once: nobody tries again', async () => {
  const system = await startSystem({ threads: 1 })
  loadsNoMore()
  expect((await errorOf(system.spawn(LoadsOnce))).message).toMatch(/^thread 1 ended while it loaded .*loads-once\.js with exit code 3$/)
  expect(system.records).toEqual([])
  const bench = await system.spawn(Bench)
  expect(await bench.thread()).toBe(1)
  expect(system.records).toEqual([])
})

it('a death that is told twice, by an error and an exit, spends one restart', async () => {
  const system = await startSystem({ threads: 1 })
  const bench = await system.spawn(Bench, { supervision: { budget: { restarts: 1, withinMs: 60_000 } } })
  const ends: string[] = []
  system.watch(bench, ({ reason }) => void ends.push(reason))
  await failureOf(bench.endThread('throw'))
  await eventually(async () => (await bench.add(1, 1).catch(() => 0)) === 2, 'it answers again')
  expect(system.records.map(({ level }) => level).sort()).toEqual(['error', 'info'])
  expect(ends).toEqual([])
})
