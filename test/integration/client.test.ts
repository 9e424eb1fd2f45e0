import { expect, it } from 'vitest'
import { Bench, Sum, SumApi } from './fixtures/bench.js'
import { failureOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'

/** A service of one name on each of three threads, and who asks, on thread 1. */
async function start() {
  const system = await startSystem()
  const asker = await system.spawn(Bench, { host: { thread: 1 }, name: 'asker' })
  const benches = [
    await system.spawn(Bench, { host: { thread: 0 } }),
    await system.spawn(Bench, { host: { thread: 1 } }),
    await system.spawn(Bench, { host: { thread: 2 } }),
  ] as const
  return { system, asker, benches }
}

it("client() of 'round-robin' calls services of one name on all threads, from thread 0 and from a worker", async () => {
  const { system, asker } = await start()
  const client = system.client(Bench, { select: 'round-robin' })
  const threads = await Promise.all([client.thread(), client.thread(), client.thread(), client.thread()])
  expect(threads).toEqual([0, 1, 2, 0])
  // In which order a worker came to know them is open: they are announced by different threads.
  expect((await asker.askClient('bench', 'round-robin', 'thread', 6)).sort()).toEqual([0, 0, 1, 1, 2, 2])
})

it('client() of a key calls the same service from every thread', async () => {
  const { system, asker } = await start()
  for (let i = 0; i < 20; i++) {
    const select = { sticky: `user-${i}` }
    const id = await system.client(Bench, { select }).id()
    expect(await asker.askClient('bench', select, 'id', 2)).toEqual([id, id])
  }
})

it('client() waits for a service of another thread, from wherever it is called', async () => {
  const system = await startSystem()
  const asker = await system.spawn(Bench, { host: { thread: 1 }, name: 'asker' })
  const [here, there] = [system.client(SumApi).add(1, 2), asker.askClient('bench', 'first', 'thread', 2)]
  await system.spawn(Sum, { host: { thread: 2 } })
  await system.spawn(Bench, { host: { thread: 2 } })
  expect([await here, await there]).toEqual([3, [2, 2]])
})

it('client() fails at its deadline when no service has become visible', async () => {
  const system = await startSystem()
  expect(await failureOf(system.client(SumApi).slow())).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
})

it('client() calls those that are left when a thread has died or a service has stopped', async () => {
  const { system, benches } = await start()
  const [first, second, third] = benches
  const [client, turns] = [system.client(Bench), system.client(Bench, { select: 'round-robin' })]
  expect(await failureOf(third.endThread('exit'))).toMatchObject({ delivered: 'maybe' })
  expect(await Promise.all([turns.thread(), turns.thread(), turns.thread()])).toEqual([0, 1, 0])
  await first.$.stop()
  expect([await client.thread(), await turns.thread()]).toEqual([1, 1])
  await second.$.stop()
  const waiting = client.thread()
  await system.spawn(Bench, { host: { thread: 1 } })
  expect(await waiting).toBe(1)
})

it('client() cannot be sent to another thread', async () => {
  const { system, benches } = await start()
  const failure = await failureOf(benches[2].echo({ inner: system.client(Bench) }))
  expect(failure).toMatchObject({ code: 'ERR_REQUEST_ENCODING', delivered: 'no' })
  expect(failure.message).toContain('args[0].inner is a client of a name, which cannot be sent')
})
