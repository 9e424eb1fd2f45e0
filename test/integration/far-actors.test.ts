import { expect, it } from 'vitest'
import { Bench, Stillborn } from './fixtures/bench.js'
import { errorOf, eventually, failureOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'
import { makeWitness } from './support/witness.js'

it('spawn() with an aborted signal starts nothing', async () => {
  const system = await startSystem()
  const signal = AbortSignal.abort(new Error('never mind'))
  expect(await failureOf(system.spawn(Bench, { signal }))).toMatchObject({
    code: 'ERR_REQUEST_ABORTED',
    delivered: 'no',
    cause: { message: 'never mind' },
  })
  expect(system.stats().totals.actors).toBe(0)
})

it.each([
  ['a thread that is yet to start', false],
  ['a thread that runs', true],
])('spawn() on %s rejects when its signal aborts, and what comes of it is stopped', async (_, warm) => {
  const system = await startSystem({ threads: 1 })
  if (warm) await system.spawn(Bench, { name: 'warm' })
  const controller = new AbortController()
  const spawning = failureOf(system.spawn(Bench, { signal: controller.signal }))
  controller.abort(new Error('not any more'))
  expect(await spawning).toMatchObject({ code: 'ERR_REQUEST_ABORTED', cause: { message: 'not any more' } })
  await system.spawn(Bench, { name: 'next' })
  await eventually(() => system.tryLookup('bench') === undefined, 'nothing of it is left')
  await eventually(() => system.stats().totals.actors === (warm ? 2 : 1), 'it is gone')
})

it.each([
  ['inline', 'inline'],
  ['on another thread', { thread: 1 }],
] as const)('spawn() %s rejects at its timeoutMs, and the actor is stopped', async (_, host) => {
  const system = await startSystem({ threads: 1 })
  await system.spawn(Bench)
  const failure = await failureOf(system.spawn(Stillborn, { init: 'waits', host, timeoutMs: 100 }))
  expect(failure).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
  await eventually(() => system.stats().totals.actors === 1, 'it is gone')
})

it('spawn() rejects at its timeoutMs while the thread is starting', async () => {
  const system = await startSystem({ threads: 1 })
  expect(await failureOf(system.spawn(Bench, { timeoutMs: 1 }))).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
  await eventually(() => system.stats().totals.actors === 0 && system.tryLookup('bench') === undefined, 'nothing is left')
})

it('spawn() gives a setup as long as its supervision says', async () => {
  const system = await startSystem({ threads: 1 })
  const error = await errorOf(system.spawn(Stillborn, { init: 'waits', supervision: { startMs: 120 } }))
  expect(error.message).toContain('120 ms (startMs)')
})

it('spawn() rejects with the error of a setup that throws on another thread', async () => {
  const system = await startSystem()
  expect(await errorOf(system.spawn(Stillborn, { init: 'throws' }))).toMatchObject({ name: 'RangeError', message: 'setup went wrong' })
})

it('$.stop() of a far actor resolves when it has stopped, however often it is called', async () => {
  const system = await startSystem()
  const bench = await system.spawn(Bench)
  await bench.onStopLog('cleaned up')
  await Promise.all([bench.$.stop(), bench.$.stop()])
  await bench.$.stop()
  expect(await failureOf(bench.echo(1))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', error: 46, delivered: 'no' })
  await eventually(() => system.records.length > 0, 'the record of the worker arrives')
  expect(system.records.map(({ message }) => message)).toEqual(['cleaned up'])
})

it('$.stop() with drainMs runs what was sent before, on another thread too', async () => {
  const system = await startSystem()
  const witness = makeWitness(system)
  const bench = await system.spawn(Bench)
  for (let i = 0; i < 50; i++) bench.$.tell.ask(witness.remote as never, 'note', i)
  await bench.$.stop({ drainMs: 5000 })
  await eventually(() => witness.notes.length === 50, 'all are run')
  expect(witness.notes).toEqual(Array.from({ length: 50 }, (_, i) => i))
})

it('$.stop() from a third thread', async () => {
  const system = await startSystem()
  const [one, two] = [await system.spawn(Bench, { name: 'one' }), await system.spawn(Bench, { name: 'two' })]
  await one.stopOther(two)
  expect(await failureOf(two.echo(1))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
})

it('a Remote of an actor that has stopped itself fails', async () => {
  const system = await startSystem()
  const bench = await system.spawn(Bench)
  await bench.stopSoon()
  await eventually(() => bench.$.tell.see(1) === 'unavailable', 'it is known to be gone')
  expect(await failureOf(bench.echo(1))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
})

it('a Remote passed on after its actor has gone fails where it arrives', async () => {
  const system = await startSystem()
  const [one, two] = [await system.spawn(Bench, { name: 'one' }), await system.spawn(Bench, { name: 'two' })]
  await two.$.stop()
  const failure = await failureOf(one.ask(two, 'echo', 1))
  expect(failure.cause).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
})

it('a Remote of an actor whose thread was replaced does not reach the newcomer', async () => {
  const system = await startSystem({ threads: 2 })
  const bystander = await system.spawn(Bench, { host: { thread: 2 }, name: 'bystander' })
  const old = await system.spawn(Bench, { host: { thread: 1 }, supervision: { onFailure: 'stop' } })
  await bystander.see(old)
  await failureOf(old.endThread('exit'))
  const next = await system.spawn(Bench, { host: { thread: 1 } })
  const [kept] = (await bystander.seen()) as [typeof old]
  expect(await failureOf(kept.echo(1))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
  expect(await next.echo(1)).toBe(1)
})

it('what an actor of another thread logs reaches the logger of the program', async () => {
  const system = await startSystem()
  const bench = await system.spawn(Bench)
  await bench.logs('a message', { one: 1, error: new RangeError('in it') })
  await bench.logsFunction()
  await eventually(() => system.records.length === 2, 'both records arrive')
  expect(system.records[0]).toMatchObject({
    level: 'warn',
    message: 'a message',
    fields: { actor: 'bench', one: 1, error: { message: 'in it' } },
  })
  expect(system.records[1]).toMatchObject({ message: 'a function', fields: { two: 2 } })
})
