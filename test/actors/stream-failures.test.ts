import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method, stream } from '../../src/actors/contract.js'
import { actor, service } from '../../src/actors/define.js'
import { isFailure } from '../../src/actors/failure-guard.js'
import type { Remote } from '../../src/actors/remote-type.js'
import { createTestSystem } from '../../src/testing/index.js'
import { coreOf, expectNothingLeft, failureOf, gate, itemsOf, readerOf, recordingLog } from './evidence.js'

const DONE = { done: true, value: undefined }

async function quiet(seed = 1) {
  const log = recordingLog()
  const t = await createTestSystem({ seed, log })
  return Object.assign(t, { log })
}

const StockApi = contract('stock', {
  methods: {
    prices: stream([z.string().optional()], z.number()),
    price: method([], z.number()),
  },
  errors: { Closed: z.object({ at: z.string() }) },
})

/** What the generator of a test does. */
type Body = (self: { failure(code: 'Closed', data: { at: string }): Error }) => AsyncIterable<number>

const stock = (body: Body) => service(import.meta, StockApi, (self) => ({ prices: () => body(self), price: () => 1 }))

describe('a stream that fails', () => {
  it('gives the items before it, then the failure once, then is done', async () => {
    await using t = await quiet()
    const Stock = stock(async function* () {
      for (let i = 0; i < 10; i++) yield i
      throw new TypeError('no more')
    })
    const reader = readerOf((await t.spawn(Stock)).prices())
    expect(await reader.next()).toEqual({ done: false, value: 0 })
    await t.settled()
    for (let i = 1; i < 10; i++) expect(await reader.next()).toEqual({ done: false, value: i })
    const failure = await failureOf(reader.next())
    expect(failure).toMatchObject({ code: 'ERR_APPLICATION', message: 'no more', origin: 'stock', delivered: 'yes' })
    expect((failure as Error).cause).toBeInstanceOf(TypeError)
    expect([await reader.next(), await reader.next()]).toEqual([DONE, DONE])
    await expectNothingLeft(t)
  })

  it('fails the first of several next() that wait, and ends the others', async () => {
    await using t = await quiet()
    const door = gate()
    const Stock = stock(async function* () {
      yield 1
      await door.passed
    })
    const reader = readerOf((await t.spawn(Stock)).prices())
    const results = [reader.next(), failureOf(reader.next()), reader.next(), reader.next()]
    await t.settled()
    door.break(new Error('broken'))
    expect(await Promise.all(results)).toMatchObject([{ value: 1 }, { message: 'broken' }, DONE, DONE])
    await expectNothingLeft(t)
  })

  it('gives no failure to a reader that closed it before it read that far', async () => {
    await using t = await quiet()
    const Stock = stock(async function* () {
      yield 1
      throw new Error('unseen')
    })
    const reader = readerOf((await t.spawn(Stock)).prices())
    await reader.next()
    await t.settled()
    expect([await reader.return(), await reader.next()]).toEqual([DONE, DONE])
    await expectNothingLeft(t)
  })

  it('with a typed failure arrives as that of its contract', async () => {
    await using t = await quiet()
    const Stock = stock(async function* (self) {
      yield 1
      throw self.failure('Closed', { at: 'noon' })
    })
    const failure = await failureOf(itemsOf((await t.spawn(Stock)).prices()))
    expect(isFailure(failure, StockApi, 'Closed') && failure.data.at).toBe('noon')
    expect(failure).toMatchObject({ code: 'Closed', error: 57, origin: 'stock' })
  })

  it('fails before its first item when the method itself throws, as a call would', async () => {
    await using t = await quiet()
    const Stock = stock(() => {
      throw new Error('at once')
    })
    const remote = await t.spawn(Stock)
    expect(await failureOf(itemsOf(remote.prices()))).toMatchObject({ code: 'ERR_APPLICATION', message: 'at once' })
    expect(await remote.price()).toBe(1)
    await expectNothingLeft(t)
  })

  it('leaves its actor as it was, unless a function of its supervision says otherwise', async () => {
    await using t = await quiet()
    const asked: string[] = []
    let starts = 0
    const Fails = service(
      import.meta,
      'fails',
      {
        supervision: {
          onFailure: (error, where) => {
            asked.push(`${where}: ${error.message}`)
            return 'restart'
          },
        },
      },
      () => {
        starts++
        return {
          async *items() {
            yield 1
            throw new Error('in a step')
          },
        }
      },
    )
    const remote = await t.spawn(Fails)
    expect(await failureOf(itemsOf(remote.items()))).toMatchObject({ message: 'in a step' })
    await t.settled()
    expect([asked, starts]).toEqual([['method: in a step'], 2])
    await expectNothingLeft(t)
  })

  it('through another actor that lets it go arrives as that actor’s own', async () => {
    await using t = await quiet()
    const Stock = stock(async function* (self) {
      yield 1
      throw self.failure('Closed', { at: 'noon' })
    })
    const Outer = service(import.meta, 'outer', () => ({
      async *all(of: Remote<typeof StockApi>) {
        yield* of.prices()
      },
    }))
    const [inner, outer] = [await t.spawn(Stock), await t.spawn(Outer)]
    const failure = await failureOf(itemsOf(outer.all(inner)))
    expect(failure).toMatchObject({ code: 'ERR_APPLICATION', origin: 'outer', cause: { code: 'Closed', data: { at: 'noon' } } })
    await expectNothingLeft(t)
  })

  it('with an item that cannot be sent ends with the path to it, and is closed', async () => {
    await using t = await quiet()
    let closed = 0
    const Odd = service(import.meta, 'odd', () => ({
      async *items() {
        try {
          yield { fine: 1 }
          yield { deep: [{ no: () => 1 }] }
          yield { never: 1 }
        } finally {
          closed++
        }
      },
    }))
    const reader = readerOf((await t.spawn(Odd)).items())
    expect(await reader.next()).toEqual({ done: false, value: { fine: 1 } })
    const failure = await failureOf(reader.next())
    expect(failure).toMatchObject({ code: 'ERR_RESPONSE_ENCODING', error: 52 })
    expect(String(failure)).toContain('deep[0].no')
    expect(await reader.next()).toEqual(DONE)
    await t.settled()
    expect(closed).toBe(1)
    await expectNothingLeft(t)
  })

  it('with an item that its contract does not allow ends with ResponseEncodingError, and is closed', async () => {
    await using t = await quiet()
    let closed = 0
    const Stock = stock(async function* () {
      try {
        yield 1
        yield 'two' as unknown as number
      } finally {
        closed++
      }
    })
    const reader = readerOf((await t.spawn(Stock)).prices())
    await reader.next()
    expect(await failureOf(reader.next())).toMatchObject({ code: 'ERR_RESPONSE_ENCODING' })
    await t.settled()
    expect(closed).toBe(1)
    await expectNothingLeft(t)
  })

  it.each([
    ['the wrong number of arguments', ['a', 'b']],
    ['an argument of the wrong type', [7]],
  ])('with %s fails with ParametersIncorrect', async (_what, args) => {
    await using t = await quiet()
    const untyped = (await t.spawn(stock(async function* () {}))) as Remote
    expect(await failureOf(itemsOf(untyped.prices(...args)))).toMatchObject({ code: 'ERR_PARAMETERS_INCORRECT' })
    await expectNothingLeft(t)
  })

  it('with an argument that cannot be sent fails at the first next(), and the path is named', async () => {
    await using t = await quiet()
    const untyped = (await t.spawn(stock(async function* () {}))) as Remote
    expect(await failureOf(itemsOf(untyped.prices(() => 1)))).toMatchObject({ code: 'ERR_REQUEST_ENCODING', delivered: 'no' })
    await expectNothingLeft(t)
  })

  it('of an actor that is gone is unavailable', async () => {
    await using t = await quiet()
    const remote = await t.spawn(stock(async function* () {}))
    await remote.$.stop()
    expect(await failureOf(itemsOf(remote.prices()))).toMatchObject({ code: 'ERR_SERVICE_UNAVAILABLE', delivered: 'no' })
    await expectNothingLeft(t)
  })

  it('of an iterable that throws before it iterates fails like any other', async () => {
    await using t = await quiet()
    const Stock = stock(() => ({
      [Symbol.asyncIterator]() {
        throw new Error('no iterator')
      },
    }))
    const outcome = failureOf(itemsOf((await t.spawn(Stock)).prices()))
    await t.settled()
    await expectNothingLeft(t)
    expect(await outcome).toMatchObject({ code: 'ERR_APPLICATION', message: 'no iterator' })
  })

  it('while it is closed is logged, and nobody hears of it', async () => {
    await using t = await quiet()
    const Stock = stock(async function* () {
      try {
        yield 1
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: what a careless generator does
        throw new Error('in finally')
      }
    })
    for await (const _ of (await t.spawn(Stock)).prices()) break
    await t.settled()
    expect(t.log.records).toMatchObject([{ level: 'warn', message: expect.stringContaining('prices') }])
    await expectNothingLeft(t)
  })
})

describe('a stream called as a method, or a method as a stream', () => {
  it('fails with MethodUnavailable that says how to call it', async () => {
    await using t = await quiet()
    const Both = service(import.meta, 'both', () => ({
      async *items() {
        yield 1
      },
      one: () => 1,
    }))
    const remote = await t.spawn(Both)
    const awaited = await failureOf(t.call('both', 'items', []))
    expect(awaited).toMatchObject({ code: 'ERR_METHOD_UNAVAILABLE', message: expect.stringContaining('for await') })
    await expect(itemsOf((remote as Remote).one())).rejects.toThrow(TypeError)
    expect(await remote.one()).toBe(1)
    await expectNothingLeft(t)
  })

  it('fails so in a light actor before its setup too', async () => {
    await using t = await quiet()
    const Plain = actor(() => ({ one: () => 1 }))
    const failure = await failureOf(itemsOf((t.spawn(Plain) as Remote).one()))
    expect(failure).toMatchObject({ code: 'ERR_METHOD_UNAVAILABLE', message: expect.stringContaining('await') })
    const Light = actor(() => ({
      async *items() {
        yield 1
      },
    }))
    const awaited = await failureOf((t.spawn(Light) as Remote).items())
    expect(awaited).toMatchObject({ code: 'ERR_METHOD_UNAVAILABLE', message: expect.stringContaining('for await') })
    await expectNothingLeft(t)
  })

  it('of a light actor before its setup may be read later, or never, without a rejection that nobody handles', async () => {
    await using t = await quiet()
    const unhandled: unknown[] = []
    const note = (error: unknown) => void unhandled.push(error)
    process.on('unhandledRejection', note)
    const Light = actor(() => ({
      async *items() {
        yield 1
      },
    }))
    const later = t.spawn(Light).items()
    const Other = actor(() => ({ async *never() {} }))
    t.spawn(Other).never()
    await t.settled()
    await new Promise((resolve) => setImmediate(resolve))
    expect(await itemsOf(later)).toEqual([1])
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
    await expectNothingLeft(t)
  })

  it.each(['tell', 'offer'] as const)('sent one way with %s is logged and counted as a failed tell', async (way) => {
    await using t = await quiet()
    let begun = 0
    const Begins = service(import.meta, 'begins', () => ({
      async *items() {
        begun++
        yield 1
      },
    }))
    const remote = (await t.spawn(Begins)) as Remote
    await remote.$[way].items()
    await remote.$.with({ timeoutMs: 100 }).$[way].items()
    await t.settled()
    expect([begun, coreOf(t).counters.read().failedTells]).toEqual([0, 2])
    expect(t.log.records.map(({ level, message }) => [level, message.includes('for await')])).toEqual([
      ['warn', true],
      ['warn', true],
    ])
    await expectNothingLeft(t)
  })
})
