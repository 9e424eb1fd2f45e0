import { ApplicationError, isFailure, ServiceFailure } from 'troupe'
import { expect, it } from 'vitest'
import { Bench, Sum, SumApi } from './fixtures/bench.js'
import { eventually, failureOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'
import { makeWitness } from './support/witness.js'

it('a method that throws fails its call with what it threw as the cause, rebuilt', async () => {
  const bench = await (await startSystem()).spawn(Bench)
  const thrown = Object.assign(new RangeError('too far', { cause: new Error('root') }), { code: 'EFAR', detail: { km: 3 } })
  const failure = await failureOf(bench.throws(thrown))
  expect(failure).toBeInstanceOf(ApplicationError)
  expect(failure).toMatchObject({ code: 'ERR_APPLICATION', error: 57, delivered: 'yes', message: 'too far', origin: 'bench' })
  expect(failure.cause).toBeInstanceOf(RangeError)
  expect(failure.cause).toMatchObject({
    name: 'RangeError',
    message: 'too far',
    code: 'EFAR',
    detail: { km: 3 },
    cause: { message: 'root' },
  })
})

it.each([['text'], [42], [undefined], [{ plain: true }]])(
  'a method that throws %o, which is no error, fails its call all the same',
  async (thrown) => {
    const bench = await (await startSystem()).spawn(Bench)
    expect(await failureOf(bench.throws(thrown))).toMatchObject({ code: 'ERR_APPLICATION', delivered: 'yes' })
    expect(await bench.echo('goes on')).toBe('goes on')
  },
)

it('an error whose fields cannot travel arrives with name, message and code', async () => {
  const bench = await (await startSystem()).spawn(Bench)
  const failure = await failureOf(bench.throwsFunction())
  expect(failure).toMatchObject({ code: 'ERR_APPLICATION', message: 'cannot travel whole' })
  expect(failure.cause).toMatchObject({ name: 'TypeError', code: 'ECODE' })
})

it('a typed failure arrives with its code and data', async () => {
  const sum = await (await startSystem()).spawn(Sum)
  const failure = await failureOf(sum.refuse(7))
  expect(failure).toBeInstanceOf(ServiceFailure)
  expect(failure).toMatchObject({ code: 'TooMuch', error: 57, data: { limit: 7 }, delivered: 'yes', origin: 'sum' })
  expect(isFailure(failure, SumApi, 'TooMuch')).toBe(true)
})

it('a typed failure that another actor lets through is an application error there', async () => {
  const system = await startSystem()
  const [sum, bench] = [await system.spawn(Sum), await system.spawn(Bench)]
  const failure = await failureOf(bench.ask(sum, 'refuse', 3))
  expect(failure).toMatchObject({
    code: 'ERR_APPLICATION',
    delivered: 'yes',
    origin: 'bench',
    cause: { code: 'TooMuch', data: { limit: 3 } },
  })
})

it('a method that is not there fails with those that are', async () => {
  const sum = await (await startSystem()).spawn(Sum)
  const failure = await failureOf((sum as unknown as { missing: () => Promise<void> }).missing())
  expect(failure).toMatchObject({ code: 'ERR_METHOD_UNAVAILABLE', error: 55, delivered: 'no' })
  expect(failure.details).toContain('add, slow, refuse')
})

it('wrong arguments fail: their number always, their types when the call is untyped', async () => {
  const system = await startSystem()
  const sum = await system.spawn(Sum)
  const count = await failureOf((sum.add as unknown as (one: number) => Promise<number>)(1))
  expect(count).toMatchObject({ code: 'ERR_PARAMETERS_INCORRECT', error: 56, delivered: 'no' })
  const types = await failureOf(system.call(SumApi, 'add', [1, 'two']))
  expect(types).toMatchObject({ code: 'ERR_PARAMETERS_INCORRECT', data: [{ path: [1] }] })
  expect(await system.call('sum', 'add', [1, 2])).toBe(3)
})

it('a full mailbox refuses calls and drops tells', async () => {
  const system = await startSystem()
  const witness = makeWitness(system)
  const bench = await system.spawn(Bench, { mailbox: { capacity: 2 } })
  const hanging = failureOf(bench.hang(witness.remote))
  expect(await witness.next()).toBe('begun')
  const waiting = [failureOf(bench.echo(1)), failureOf(bench.echo(2))]
  expect(await failureOf(bench.echo(3))).toMatchObject({ code: 'ERR_MAILBOX_FULL', error: 51, delivered: 'no' })
  const dropped = (): number => system.stats().totals.dropped['mailbox-full'] ?? 0
  const before = dropped()
  bench.$.tell.echo(4)
  await eventually(() => dropped() === before + 1, 'the tell is counted as dropped')
  await bench.$.stop()
  expect(await hanging).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', error: 57, delivered: 'maybe' })
  for (const failure of await Promise.all(waiting)) expect(failure).toMatchObject({ code: 'ERR_SERVICE_WITHDRAWN', delivered: 'no' })
})

it('a deadline that passes while the method runs fails the call and aborts the method on its thread', async () => {
  const system = await startSystem()
  const witness = makeWitness(system)
  const bench = await system.spawn(Bench)
  const failure = await failureOf(bench.$.with({ timeoutMs: 100 }).untilAborted(witness.remote))
  expect(failure).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT', error: 47, delivered: 'maybe' })
  expect([await witness.next(), await witness.next()]).toEqual(['begun', 'aborted: RequestTimeout'])
})

it('a contract gives the deadline of its methods', async () => {
  const sum = await (await startSystem()).spawn(Sum)
  expect(await failureOf(sum.slow())).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT', delivered: 'maybe' })
})

it('a request that expires or is aborted in the far mailbox is never run and says so', async () => {
  const system = await startSystem()
  const witness = makeWitness(system)
  const bench = await system.spawn(Bench)
  void failureOf(bench.hang(witness.remote))
  await witness.next()
  const controller = new AbortController()
  const late = failureOf(bench.$.with({ timeoutMs: 80 }).see('late'))
  const unwanted = failureOf(bench.$.with({ signal: controller.signal }).see('unwanted'))
  expect(await late).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT', delivered: 'no' })
  controller.abort(new Error('not any more'))
  expect(await unwanted).toMatchObject({ code: 'ERR_REQUEST_ABORTED', error: 48, cause: { message: 'not any more' } })
  await eventually(() => {
    const { dropped } = system.stats().totals
    return dropped['expired'] === 1 && dropped['aborted'] === 1
  }, 'both are dropped from the mailbox')
})

it("the caller's signal aborts the method on its thread", async () => {
  const system = await startSystem()
  const witness = makeWitness(system)
  const bench = await system.spawn(Bench)
  const controller = new AbortController()
  const failure = failureOf(bench.$.with({ signal: controller.signal }).untilAborted(witness.remote))
  expect(await witness.next()).toBe('begun')
  controller.abort(new Error('enough'))
  expect(await failure).toMatchObject({ code: 'ERR_REQUEST_ABORTED', delivered: 'maybe', cause: { message: 'enough' } })
  expect(await witness.next()).toBe('aborted: RequestAborted')
  // A signal that had aborted before sends nothing.
  expect(await failureOf(bench.$.with({ signal: controller.signal }).echo(1))).toMatchObject({ delivered: 'no' })
})

it('a nested call on a third thread gets no more time than its caller has left, and ends with it', async () => {
  const system = await startSystem()
  const witness = makeWitness(system)
  const [one, two] = [await system.spawn(Bench, { name: 'one' }), await system.spawn(Bench, { name: 'two' })]
  const left = (await one.$.with({ timeoutMs: 3000 }).ask(two, 'remainingMs')) as number
  expect(left).toBeGreaterThan(0)
  // The deadline is kept in whole milliseconds, rounded up on each thread.
  expect(left).toBeLessThanOrEqual(3002)
  expect(await one.$.with({ timeoutMs: Number.POSITIVE_INFINITY }).remainingMs()).toBe(Number.POSITIVE_INFINITY)
  const failure = failureOf(one.$.with({ timeoutMs: 150 }).ask(two, 'untilAborted', witness.remote))
  expect(await failure).toMatchObject({ code: 'ERR_REQUEST_TIMEOUT' })
  expect([await witness.next(), await witness.next()]).toEqual(['begun', 'aborted: RequestTimeout'])
})

it('an abort reaches the nested call on a third thread', async () => {
  const system = await startSystem()
  const witness = makeWitness(system)
  const [one, two] = [await system.spawn(Bench, { name: 'one' }), await system.spawn(Bench, { name: 'two' })]
  const controller = new AbortController()
  const failure = failureOf(one.$.with({ signal: controller.signal }).ask(two, 'untilAborted', witness.remote))
  expect(await witness.next()).toBe('begun')
  controller.abort()
  expect(await failure).toMatchObject({ code: 'ERR_REQUEST_ABORTED' })
  expect(await witness.next()).toBe('aborted: RequestAborted')
})

it('a MessagePort that was sent before is refused, and what is sent beside it arrives', async () => {
  const system = await startSystem()
  const bench = await system.spawn(Bench)
  const { port1, port2 } = new MessageChannel()
  await bench.see(port1)
  const outcomes = [bench.echo('before'), failureOf(bench.see(port1)), bench.echo('after')]
  expect(await Promise.all(outcomes)).toMatchObject(['before', { code: 'ERR_REQUEST_ENCODING', delivered: 'no' }, 'after'])
  port2.close()
})

it('$.try makes a value of the failure of an actor of another thread', async () => {
  const system = await startSystem()
  const sum = await system.spawn(Sum)
  expect(await sum.$.try.add(1, 2)).toEqual({ ok: true, value: 3 })
  const outcome = await sum.$.try.refuse(9)
  expect(!outcome.ok && outcome.failure.code === 'TooMuch' && outcome.failure.data).toEqual({ limit: 9 })
  await sum.$.stop()
  expect(await sum.$.try.add(1, 2)).toMatchObject({ ok: false, failure: { code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' } })
})

it('a getter in an argument may send a message itself, which goes behind', async () => {
  const system = await startSystem()
  const bench = await system.spawn(Bench)
  const sly = {
    get value() {
      bench.$.tell.see('from the getter')
      return 1
    },
  }
  expect(await bench.echo(sly)).toEqual({ value: 1 })
  expect(await bench.seen()).toEqual(['from the getter'])
})
