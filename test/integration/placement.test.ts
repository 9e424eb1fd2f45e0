import { expect, it } from 'vitest'
import { Bench, Loner } from './fixtures/bench.js'
import { errorOf, eventually } from './support/outcomes.js'
import { startSystem } from './support/systems.js'

async function spawnThreads(system: Awaited<ReturnType<typeof startSystem>>, count: number): Promise<readonly number[]> {
  const threads: number[] = []
  for (let i = 0; i < count; i++) threads.push(await (await system.spawn(Bench, { name: `bench-${i}` })).thread())
  return threads
}

it('spawn() spreads over the worker threads in turn, and leaves thread 0 alone', async () => {
  const system = await startSystem({ threads: 3 })
  expect(await spawnThreads(system, 6)).toEqual([1, 2, 3, 1, 2, 3])
})

it('spawn() spreads also what is spawned at once', async () => {
  const system = await startSystem()
  const benches = await Promise.all([1, 2, 3, 4].map((i) => system.spawn(Bench, { name: `bench-${i}` })))
  const threads = await Promise.all(benches.map((bench) => bench.thread()))
  expect(threads.sort()).toEqual([1, 1, 2, 2])
})

it('spawn() takes the thread where an actor has stopped', async () => {
  const system = await startSystem()
  const [, two] = [await system.spawn(Bench), await system.spawn(Bench)]
  await two.$.stop()
  expect(await (await system.spawn(Bench)).thread()).toBe(2)
})

it('spawn() with host inline keeps to the thread of the spawner', async () => {
  const system = await startSystem()
  expect(await (await system.spawn(Bench, { host: 'inline' })).thread()).toBe(0)
  const worker = await system.spawn(Bench)
  const child = await worker.spawnBench({ host: 'inline', name: 'child' })
  expect(await child.thread()).toBe(1)
})

it('spawn() with host { thread: n } goes to that thread, also to one that was not needed before, and to thread 0', async () => {
  const system = await startSystem()
  const threads = [2, 0, 1, 2]
  for (const thread of threads) expect(await (await system.spawn(Bench, { host: { thread } })).thread()).toBe(thread)
})

it('spawn() with a thread that the system does not have names it and those there are', async () => {
  const system = await startSystem()
  const error = await errorOf(system.spawn(Bench, { host: { thread: 7 } }))
  expect(error).toBeInstanceOf(RangeError)
  expect(error.message).toContain('{ thread: 7 }')
  expect(error.message).toContain('0 to 2')
})

it('createSystem() with threads 0 runs everything in its own thread', async () => {
  const system = await startSystem({ threads: 0 })
  const bench = await system.spawn(Bench)
  expect([await bench.thread(), await bench.isMainThread()]).toEqual([0, true])
})

it('createSystem() starts a thread when it is first needed', async () => {
  const system = await startSystem()
  await system.spawn(Bench, { host: 'inline' })
  expect(await workerCount()).toBe(0)
  await system.spawn(Bench)
  expect(await workerCount()).toBe(1)
  await system.spawn(Bench)
  expect(await workerCount()).toBe(2)
  await system.spawn(Bench)
  expect(await workerCount()).toBe(2)
})

it('spawn() with host dedicated gives an actor a thread of its own, which ends with it', async () => {
  const system = await startSystem({ threads: 1 })
  const [one, two] = [await system.spawn(Bench, { host: 'dedicated' }), await system.spawn(Loner)]
  expect([await one.thread(), await two.thread()]).toEqual([2, 3])
  expect(await workerCount()).toBe(2)
  expect(system.stats().threads.map(({ thread, actors }) => [thread, actors])).toEqual([
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 1],
  ])
  await one.$.stop()
  await eventually(async () => (await workerCount()) === 1, 'the thread of the actor ends')
  expect(await two.thread()).toBe(3)
  expect(await (await system.spawn(Bench, { host: 'dedicated' })).thread()).toBeGreaterThan(1)
  expect(system.records.filter(({ level }) => level === 'error')).toEqual([])
})

it('spawn() with host dedicated ends the thread of an actor whose setup fails, and of one that stops itself', async () => {
  const system = await startSystem({ threads: 1 })
  const { Stillborn } = await import('./fixtures/bench.js')
  await errorOf(system.spawn(Stillborn, { init: 'throws', host: 'dedicated' }))
  await eventually(async () => (await workerCount()) === 0, 'the thread of the stillborn actor ends')
  const bench = await system.spawn(Bench, { host: 'dedicated' })
  await bench.stopSoon()
  await eventually(async () => (await workerCount()) === 0, 'the thread of the stopped actor ends')
})

it('spawn() with host dedicated keeps the thread as long as a child lives there', async () => {
  const system = await startSystem({ threads: 1 })
  const parent = await system.spawn(Bench, { host: 'dedicated' })
  const child = await parent.spawnBench({ name: 'child' })
  expect(await child.thread()).toBe(2)
  await child.$.stop()
  expect(await parent.thread()).toBe(2)
  await parent.$.stop()
  await eventually(async () => (await workerCount()) === 0, 'the thread ends with the parent')
})

/** Worker threads of this process, counted by their message ports to it. */
async function workerCount(): Promise<number> {
  const { default: process } = await import('node:process')
  const report = process.report as unknown as { getReport(): { workers: readonly unknown[] } }
  return report.getReport().workers.length
}
