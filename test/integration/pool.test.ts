import type { Remote } from 'troupe'
import { describe, expect, it } from 'vitest'
import { Bench, Stillborn, Tally } from './fixtures/bench.js'
import { Desk, Front } from './fixtures/desk.js'
import { errorOf, eventually, failureOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'
import { makeWitness } from './support/witness.js'

const counted = (values: readonly unknown[]): readonly number[] => {
  const counts = new Map<unknown, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts.values()].sort((one, other) => one - other)
}

const ROUTES = [
  ['idle', 'idle'],
  ['round-robin', 'round-robin'],
  ['random', 'random'],
  ['least-busy', 'least-busy'],
  ['hash', { hash: (_method: string, args: readonly unknown[]) => String(args[0]) }],
] as const

describe.each(ROUTES)('a pool with route %s', (_, route) => {
  it('answers every call', async () => {
    const system = await startSystem()
    const pool = await system.pool(Bench, { size: 4, route })
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => pool.echo(i)))
    expect(answers).toEqual(Array.from({ length: 200 }, (_, i) => i))
    expect(pool.$.size).toBe(4)
  })
})

it('pool() is one service under one name; its workers are not announced', async () => {
  const system = await startSystem()
  const pool = await system.pool(Bench, { size: 3 })
  const found = system.tryLookup(Bench)
  expect(found?.$.binding.id).toBe(pool.$.binding.id)
  await pool.$.stop()
  expect(system.tryLookup(Bench)).toBeUndefined()
  expect(await failureOf(pool.echo(1))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
  await eventually(() => system.stats().totals.actors === 0, 'the workers stop with the pool')
})

it('pool() spreads its workers over the threads', async () => {
  const system = await startSystem()
  const pool = await system.pool(Bench, { size: 4, route: 'round-robin' })
  const threads = await Promise.all(Array.from({ length: 4 }, () => pool.thread()))
  expect(threads.sort()).toEqual([1, 1, 2, 2])
})

it('route round-robin takes the workers in turn', async () => {
  const system = await startSystem()
  const pool = await system.pool(Bench, { size: 3, route: 'round-robin' })
  expect(counted(await Promise.all(Array.from({ length: 9 }, () => pool.id())))).toEqual([3, 3, 3])
})

it('route idle lets calls wait in the pool until a worker is free', async () => {
  const system = await startSystem()
  const witness = makeWitness(system)
  const pool = await system.pool(Bench, { size: 2, route: 'idle' })
  const gate = new AbortController()
  const held = [1, 2].map(() => failureOf(pool.$.with({ signal: gate.signal }).untilAborted(witness.remote)))
  expect([await witness.next(), await witness.next()]).toEqual(['begun', 'begun'])
  expect(await failureOf(pool.$.with({ timeoutMs: 80 }).see('expires'))).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT', delivered: 'no' })
  const waiting = pool.echo('waited')
  gate.abort()
  expect(await waiting).toBe('waited')
  await Promise.all(held)
  const all = await pool.$.all.seen()
  expect(all.map((one) => one.status === 'fulfilled' && one.value)).toEqual([[], []])
})

it('route least-busy passes by a worker that is held up', async () => {
  const system = await startSystem()
  const witness = makeWitness(system)
  const pool = await system.pool(Bench, { size: 2, route: 'least-busy' })
  void failureOf(pool.hang(witness.remote))
  await witness.next()
  const ids: unknown[] = []
  for (let i = 0; i < 6; i++) ids.push(await pool.id())
  expect(counted(ids)).toEqual([6])
})

it('route hash gives one worker what has one key, and spreads keys', async () => {
  const system = await startSystem()
  const pool = await system.pool(Bench, { size: 3, route: { hash: (_method: string, args: readonly unknown[]) => String(args[0]) } })
  const idOf = (key: string): Promise<unknown> => (pool as unknown as { id: (key: string) => Promise<string> }).id(key)
  const keys = Array.from({ length: 30 }, (_, i) => `key-${i}`)
  const first = await Promise.all(keys.map(idOf))
  expect(await Promise.all(keys.map(idOf))).toEqual(first)
  expect(new Set(first).size).toBe(3)
})

it('a hash that throws fails the call, not the pool', async () => {
  const system = await startSystem()
  const hash = (): string => {
    throw new Error('no key')
  }
  const pool = await system.pool(Bench, { size: 2, route: { hash } })
  expect(await failureOf(pool.echo(1))).toMatchObject({ code: 'ERR_APPLICATION', message: 'no key' })
  expect(await failureOf(pool.echo(1))).toMatchObject({ message: 'no key' })
})

it('$.all asks every worker', async () => {
  const system = await startSystem()
  const pool = await system.pool(Bench, { size: 3 })
  const results = await pool.$.all.id()
  expect(new Set(results.map((one) => (one.status === 'fulfilled' ? one.value : ''))).size).toBe(3)
  const failed = await pool.$.all.throws(new Error('each'))
  expect(failed.map((one) => one.status)).toEqual(['rejected', 'rejected', 'rejected'])
})

it('$.resize grows and shrinks under load and loses no call', async () => {
  const system = await startSystem()
  const tally = new Int32Array(new SharedArrayBuffer(4))
  const pool = await system.pool(Tally, { size: 2, init: tally })
  const calls: Promise<unknown>[] = []
  for (const size of [5, 1, 3, 2]) {
    for (let i = 0; i < 100; i++) calls.push(pool.add())
    await pool.$.resize(size)
    expect(pool.$.size).toBe(size)
  }
  await Promise.all(calls)
  expect(tally[0]).toBe(400)
  expect((await pool.$.all.none()).length).toBe(2)
  // The pool itself and its workers.
  await eventually(() => system.stats().totals.actors === 3, 'the dismissed workers are gone')
  await errorOf(pool.$.resize(0))
})

it('a worker whose thread dies is replaced; its calls fail, those that waited go on', async () => {
  const system = await startSystem()
  const witness = makeWitness(system)
  const pool = await system.pool(Bench, { size: 2, host: { thread: 1 } })
  const lost = [failureOf(pool.hang(witness.remote)), failureOf(pool.endThread('exit'))]
  const waiting = [pool.echo('one'), pool.echo('two'), pool.echo('three')]
  for (const failure of await Promise.all(lost)) expect(failure).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
  expect(await Promise.all(waiting)).toEqual(['one', 'two', 'three'])
  await eventually(async () => (await pool.$.all.thread()).filter((one) => one.status === 'fulfilled').length === 2, 'both are replaced')
  expect(system.records.filter(({ message }) => message.startsWith('thread 1 ended')).length).toBe(1)
})

it('a thread that takes more workers with it than the budget has restarts costs the pool one of them', async () => {
  const system = await startSystem()
  const pool = await system.pool(Bench, { size: 12, host: { thread: 1 } })
  expect(await failureOf(pool.endThread('exit'))).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'maybe' })
  expect(await pool.echo('still there')).toBe('still there')
  await eventually(async () => (await pool.$.all.thread()).filter((one) => one.status === 'fulfilled').length === 12, 'all are replaced')
})

it('a worker on another thread whose call has ended before its turn gets no further job', async () => {
  const system = await startSystem()
  const witness = makeWitness(system)
  const pool = await system.pool(Bench, { size: 2, host: { thread: 1 } })
  expect(await failureOf(pool.$.with({ timeoutMs: 50 }).hang(witness.remote))).toMatchObject({
    code: 'ERR_REQUEST_TIMEOUT',
    delivered: 'maybe',
  })
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => pool.echo(i)))
  expect(answers).toEqual(Array.from({ length: 20 }, (_, i) => i))
})

it('a worker on another thread that put its answer off, or gave it away, is free once the request has ended', async () => {
  const system = await startSystem()
  const witness = makeWitness(system)
  const back = await system.spawn(Bench)
  const [desks, fronts] = [
    await system.pool(Desk, { size: 1, host: { thread: 1 } }),
    (await system.pool(Front, { size: 1, init: back, host: { thread: 1 } })) as Remote,
  ]
  for (let i = 0; i < 3; i++) {
    expect(await failureOf(desks.$.with({ timeoutMs: 40 }).watched(witness.remote))).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
    expect(await desks.echo(i)).toBe(i)
    expect(await failureOf(fronts.$.with({ timeoutMs: 40 }).untilAborted(witness.remote))).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
    expect(await fronts.echo(i)).toBe(i)
  }
})

it('a pool whose workers do not start rejects with their error, and nothing of it stays', async () => {
  const system = await startSystem()
  const error = await errorOf(system.pool(Stillborn, { size: 3, init: 'throws' }))
  expect(error).toMatchObject({ name: 'RangeError', message: 'setup went wrong' })
  expect(system.tryLookup('stillborn')).toBeUndefined()
  await eventually(() => system.stats().totals.actors === 0, 'nothing is left')
})

it('a pool is used from another thread, by its name and as an argument', async () => {
  const system = await startSystem()
  const pool = await system.pool(Bench, { size: 2, name: 'crew' })
  const bench = await system.spawn(Bench)
  expect(await bench.askByName('crew', 'echo', 'by name')).toBe('by name')
  expect(await bench.ask(pool as never, 'echo', 'as an argument')).toBe('as an argument')
  expect(await bench.askByName('crew', 'sender')).toBe(bench.$.binding.id)
})

it('an actor on a worker can have a pool, whose workers stop with it', async () => {
  const system = await startSystem()
  const bench = await system.spawn(Bench)
  await bench.poolBench(2, 'crew')
  expect(await system.call('crew', 'echo', [1])).toBe(1)
  await bench.$.stop()
  await eventually(() => system.tryLookup('crew') === undefined, 'the pool goes')
  await eventually(() => system.stats().totals.actors === 0, 'the workers go')
})

it('deadline and abort reach the worker of a pool', async () => {
  const system = await startSystem()
  const witness = makeWitness(system)
  const pool = await system.pool(Bench, { size: 1 })
  const late = await failureOf(pool.$.with({ timeoutMs: 100 }).untilAborted(witness.remote))
  expect(late).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT', delivered: 'maybe' })
  expect([await witness.next(), await witness.next()]).toEqual(['begun', 'aborted: RequestTimeout'])
  const controller = new AbortController()
  const aborted = failureOf(pool.$.with({ signal: controller.signal }).untilAborted(witness.remote))
  expect(await witness.next()).toBe('begun')
  controller.abort(new Error('enough'))
  expect(await aborted).toMatchObject({ code: 'ERR_REQUEST_ABORTED', cause: { message: 'enough' } })
  expect(await witness.next()).toBe('aborted: RequestAborted')
})

it('tells and offers go through a pool', async () => {
  const system = await startSystem()
  const pool = await system.pool(Bench, { size: 1 })
  expect(pool.$.tell.see(1)).toBe('accepted')
  await pool.$.offer.see(2)
  expect(await pool.seen()).toEqual([1, 2])
})
