import { expect, it } from 'vitest'
import { Bench, Sum, SumApi } from './fixtures/bench.js'
import { errorOf, eventually, failureOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'

it('tryLookup() sees a service as soon as its spawn resolves, from thread 0', async () => {
  const system = await startSystem()
  expect(system.tryLookup(SumApi)).toBeUndefined()
  const sum = await system.spawn(Sum)
  const found = system.tryLookup(SumApi)
  expect(found?.$.binding.id).toBe(sum.$.binding.id)
  expect(await found?.add(1, 2)).toBe(3)
})

it('tryLookup() sees a service as soon as its spawn resolves, from the worker that spawned it elsewhere', async () => {
  const system = await startSystem()
  const bench = await system.spawn(Bench, { host: { thread: 1 } })
  for (let i = 0; i < 20; i++) {
    const host = i % 3 === 0 ? 'inline' : { thread: i % 3 }
    expect(await bench.spawnAndLook({ name: `child-${i}`, host })).toBe(true)
  }
})

it('a spawn from a worker can start the thread it goes to', async () => {
  const system = await startSystem({ threads: 3 })
  const bench = await system.spawn(Bench, { host: { thread: 1 } })
  const children = await Promise.all([2, 3, 2, 3].map((thread) => bench.spawnBench({ name: `child-${thread}`, host: { thread } })))
  expect(await Promise.all(children.map((child) => child.thread()))).toEqual([2, 3, 2, 3])
})

it('lookup() waits until the service is visible, on any thread', async () => {
  const system = await startSystem()
  const bench = await system.spawn(Bench, { host: { thread: 1 } })
  const [here, there] = [system.lookup(SumApi), bench.lookup('sum')]
  const sum = await system.spawn(Sum, { host: { thread: 2 } })
  expect((await here).$.binding.id).toBe(sum.$.binding.id)
  expect(await there).toBe(sum.$.binding.id)
})

it('lookup() gives up at its deadline and when its signal aborts', async () => {
  const system = await startSystem()
  expect(await failureOf(system.lookup('nobody', { timeoutMs: 50 }))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
  const controller = new AbortController()
  const aborted = failureOf(system.lookup('nobody', { signal: controller.signal }))
  controller.abort(new Error('no more'))
  expect(await aborted).toMatchObject({ code: 'ERR_REQUEST_ABORTED', cause: { message: 'no more' } })
})

it('a service that has stopped is no longer found, anywhere', async () => {
  const system = await startSystem()
  const bench = await system.spawn(Bench, { host: { thread: 1 } })
  const sum = await system.spawn(Sum, { host: { thread: 2 } })
  await sum.$.stop()
  expect(system.tryLookup(SumApi)).toBeUndefined()
  await eventually(async () => !(await bench.tryLookup('sum')), 'the worker sees it go')
})

it('a service whose thread has died is no longer found, anywhere, and another of its name is', async () => {
  const system = await startSystem()
  const asker = await system.spawn(Bench, { host: { thread: 1 }, name: 'asker' })
  const first = await system.spawn(Bench, { host: { thread: 2 } })
  const second = await system.spawn(Bench, { host: { thread: 0 } })
  // Which of them the worker has known longer is open: they are announced by different threads.
  expect([first.$.binding.id, second.$.binding.id]).toContain(await asker.lookup('bench'))
  await failureOf(first.endThread('exit'))
  await eventually(async () => (await asker.lookup('bench')) === second.$.binding.id, 'the worker finds the other one')
  expect(system.tryLookup(Bench)?.$.binding.id).toBe(second.$.binding.id)
})

it('of several services of a name the one that has been known the longest is found', async () => {
  const system = await startSystem()
  const [first, second] = [await system.spawn(Sum), await system.spawn(Sum)]
  expect(system.tryLookup(SumApi)?.$.binding.id).toBe(first.$.binding.id)
  await first.$.stop()
  expect(system.tryLookup(SumApi)?.$.binding.id).toBe(second.$.binding.id)
})

it('call() waits for its service within its deadline', async () => {
  const system = await startSystem()
  const answer = system.call(SumApi, 'add', [2, 3])
  await system.spawn(Sum)
  expect(await answer).toBe(5)
  expect(await failureOf(system.call('nobody', 'x', [], { timeoutMs: 50 }))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE' })
  expect((await errorOf(system.call('sum', 'add', 7 as unknown as []))).message).toContain('args is 7')
})

it('a binding finds that very actor', async () => {
  const system = await startSystem()
  const [, second] = [await system.spawn(Sum), await system.spawn(Sum)]
  const found = await system.lookup(second.$.binding)
  expect(found.$.binding.id).toBe(second.$.binding.id)
  expect(second.$.binding).toMatchObject({ name: 'sum', thread: 2, location: 'local', process: system.process.id })
})
