import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method } from '../../src/actors/contract.js'
import { actor, service } from '../../src/actors/define.js'
import { createSystem, isFailure, ServiceFailure } from '../../src/index.js'
import { createTestSystem } from '../../src/testing/index.js'
import { expectNoSilentLoss, failureOf, recordingLog } from './evidence.js'

const MathApi = contract('math', {
  methods: {
    multiply: method([z.number(), z.number()], z.number()),
    pow: method([z.number(), z.number().optional()], z.number()),
    clear: method(),
    odd: method(z.any(), z.any()),
  },
  errors: { Overflow: z.object({ limit: z.number() }), Odd: z.any() },
})

const Math2 = service(import.meta, MathApi, (self, init: { odd: (x: unknown) => unknown } | undefined) => ({
  multiply(x, y) {
    if (x * y > 1000) throw self.failure('Overflow', { limit: 1000 }, 'too big for me')
    return x * y
  },
  pow: (x, y = 2) => x ** y,
  clear: () => new Map([[() => 1, 2]]) as unknown as void,
  odd: (x) => (init?.odd ?? ((y: unknown) => y))(x),
}))

class Custom extends Error {
  override readonly name = 'Custom'
  readonly code = 'E_CUSTOM'
  readonly details = { tries: 3 }
}

/** What the methods of this one do is thrown by them, and cannot travel: it is closed over. */
const throwing = (thrown: unknown) =>
  service(import.meta, 'throwing', () => ({
    now: () => {
      throw thrown
    },
    later: async () => {
      await Promise.resolve()
      throw thrown
    },
  }))

describe('typed failures', () => {
  it('self.failure() reaches the caller with its code and data', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const failure = await failureOf((await t.spawn(Math2)).multiply(100, 100))
    expect(failure).toBeInstanceOf(ServiceFailure)
    expect(failure).toMatchObject({
      name: 'ServiceFailure',
      code: 'Overflow',
      error: 57,
      data: { limit: 1000 },
      message: 'too big for me',
      origin: 'math',
      delivered: 'yes',
    })
    expect(isFailure(failure, MathApi, 'Overflow') && failure.data.limit).toBe(1000)
    expect([isFailure(failure), isFailure(failure, MathApi), isFailure(failure, Math2), isFailure(failure, MathApi, 'Odd')]).toEqual([
      true,
      true,
      true,
      false,
    ])
    expect([isFailure(new Error('x')), isFailure(new Error('x'), MathApi)]).toEqual([false, false])
  })

  it('self.failure() takes only codes of the contract, and none of ours', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const Wrong = service(import.meta, MathApi, (self) => ({
      multiply: () => {
        throw self.failure('Underflow' as 'Overflow', { limit: 1 })
      },
      pow: () => {
        throw self.failure('ERR_X' as 'Overflow', { limit: 1 })
      },
      clear: () => undefined,
      odd: () => undefined,
    }))
    const wrong = await t.spawn(Wrong)
    expect(await failureOf(wrong.multiply(1, 2))).toMatchObject({
      code: 'ERR_APPLICATION',
      message: 'failure(): contract "math" has no error "Underflow"; it has Overflow, Odd',
    })
    expect(await failureOf(wrong.pow(1))).toMatchObject({ code: 'ERR_APPLICATION', message: expect.stringContaining('begins with ERR_') })
  })

  it('self.failure() whose data cannot be sent is a ResponseEncodingError that names the path', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const Bad = service(import.meta, MathApi, (self) => ({
      multiply: () => 1,
      pow: () => 1,
      clear: () => undefined,
      odd: () => {
        throw self.failure('Odd', { inner: [() => 1] })
      },
    }))
    const failure = await failureOf((await t.spawn(Bad)).odd(1))
    expect(failure).toMatchObject({ name: 'ResponseEncodingError', error: 52, delivered: 'yes' })
    expect((failure as Error).message).toContain('data.inner[0]')
  })
})

describe('ApplicationError', () => {
  it.each(['now', 'later'] as const)('a handler that throws %s answers with its error rebuilt as the cause', async (when) => {
    await using t = await createTestSystem({ seed: 1 })
    const thrown = new Custom('went wrong', { cause: new RangeError('root', { cause: 'text' }) })
    const failure = (await failureOf((await t.spawn(throwing(thrown)))[when]())) as Error
    expect(failure).toMatchObject({
      name: 'ApplicationError',
      error: 57,
      code: 'ERR_APPLICATION',
      message: 'went wrong',
      origin: 'throwing',
      delivered: 'yes',
    })
    const { cause } = failure as { cause: Error }
    expect(cause).not.toBe(thrown)
    expect(cause).toBeInstanceOf(Error)
    expect(cause).toMatchObject({ name: 'Custom', message: 'went wrong', code: 'E_CUSTOM', details: { tries: 3 } })
    expect(cause.cause).toBeInstanceOf(RangeError)
    expect(cause.cause).toMatchObject({ message: 'root', cause: 'text' })
  })

  it('an actor whose method throws goes on with its state', async () => {
    await using t = await createTestSystem({ seed: 1 })
    let calls = 0
    const Counting = actor(() => ({
      next: () => {
        if (++calls === 2) throw new Error('two')
        return calls
      },
    }))
    const counting = t.spawn(Counting)
    expect(await counting.next()).toBe(1)
    await failureOf(counting.next())
    expect(await counting.next()).toBe(3)
  })

  it('a failure of a nested call that is let through speaks of this call', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const math = await t.spawn(Math2)
    const Through = service(import.meta, 'through', () => ({
      typed: async (remote: typeof math) => await remote.multiply(100, 100),
      timeout: async (remote: typeof math) => await remote.$.with({ signal: AbortSignal.abort() }).pow(2),
    }))
    const through = await t.spawn(Through)
    const typed = await failureOf(through.typed(math))
    expect(typed).toMatchObject({
      name: 'ApplicationError',
      code: 'ERR_APPLICATION',
      origin: 'through',
      delivered: 'yes',
      message: 'too big for me',
    })
    expect((typed as Error).cause).toMatchObject({ code: 'Overflow', data: { limit: 1000 }, origin: 'math' })
    expect(isFailure(typed, MathApi, 'Overflow')).toBe(false)
    expect(isFailure((typed as Error).cause, MathApi, 'Overflow')).toBe(true)
    const aborted = await failureOf(through.timeout(math))
    expect(aborted).toMatchObject({ code: 'ERR_APPLICATION', delivered: 'yes', cause: { code: 'ERR_REQUEST_ABORTED', delivered: 'no' } })
  })

  it('a failure that another actor made is not this actor’s typed failure', async () => {
    await using t = await createTestSystem({ seed: 1 })
    let stolen: Error | undefined
    const Owner = actor((self) => ({
      make: () => {
        stolen = self.failure('Mine', { x: 1 })
      },
    }))
    await t.spawn(Owner).make()
    const failure = await failureOf((await t.spawn(throwing(stolen))).now())
    expect(failure).toMatchObject({ code: 'ERR_APPLICATION', cause: { code: 'Mine', data: { x: 1 } } })
  })

  const circle = new Error('outer')
  circle.cause = Object.assign(new Error('inner', { cause: circle }), { fn: () => 1 })
  const noText = { toString: () => Object.create(null) as string }
  const hostile = Object.defineProperty(new Error('x'), 'message', {
    get: () => {
      throw new Error('no message')
    },
  })
  it.each<[string, unknown, object]>([
    ['a string', 'text', { message: 'handler threw text', cause: 'text' }],
    ['undefined', undefined, { message: 'handler threw undefined', cause: undefined }],
    ['an object', { code: 7 }, { cause: { code: 7 } }],
    ['a symbol', Symbol('s'), { message: 'handler threw Symbol(s)' }],
    ['an object without a prototype', Object.create(null), { cause: {} }],
    ['an object without text', noText, {}],
    [
      'an error with a function in it',
      Object.assign(new Error('fields'), { cb: () => 1, code: 'E_X' }),
      { message: 'fields', cause: { code: 'E_X' } },
    ],
    ['errors in a circle that cannot be sent', circle, { message: 'outer', cause: { message: 'outer', cause: { message: 'inner' } } }],
    ['an error whose message throws', hostile, {}],
    ['an error whose message is no text', Object.assign(new Error('x'), { message: { a: 1 } }), {}],
  ])('a handler that throws %s fails its call and the actor goes on', async (_, thrown, expected) => {
    await using t = await createTestSystem({ seed: 1, log: recordingLog() })
    const remote = await t.spawn(throwing(thrown))
    const failure = await failureOf(remote.now())
    expect(failure).toMatchObject({ name: 'ApplicationError', delivered: 'yes', ...expected })
    expect(await failureOf(remote.later())).toMatchObject({ name: 'ApplicationError' })
    remote.$.tell.now()
    await t.settled()
    expect(t.state).toBe('running')
  })
})

describe('what cannot be sent', () => {
  it('an argument that cannot be sent fails the call with its path, before anything is sent', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const math = await t.spawn(Math2)
    const bad = { deep: [{ cb: () => 1 }] }
    const failure = await failureOf(math.odd(bad))
    expect(failure).toMatchObject({ name: 'RequestEncodingError', error: 42, code: 'ERR_REQUEST_ENCODING', delivered: 'no' })
    expect((failure as Error).message).toContain('args[0].deep[0].cb')
    expect(await failureOf(math.$.offer.odd(bad))).toMatchObject({ error: 42 })
    expect(() => math.$.tell.odd(bad)).toThrow('args[0].deep[0].cb')
    expect(() => math.$.with({ timeoutMs: 5 }).$.tell.odd(bad)).toThrow('args[0].deep[0].cb')
    expect(t.stats().totals.sent).toBe(0)
  })

  it.each([
    ['a function', () => () => 1, 'result'],
    ['a class instance in an array', () => [new (class Point {})()], 'result[0]'],
    ['an object with a getter that throws', () => Object.defineProperty({}, 'x', { enumerable: true, get: () => { throw new Error('no') } }), 'result.x'], // biome-ignore format: one row
  ])('a result that is %s is a ResponseEncodingError that names the path', async (_, make, path) => {
    await using t = await createTestSystem({ seed: 1 })
    const Bad = service(import.meta, 'bad', () => ({ get: make, later: async () => make() }))
    const bad = await t.spawn(Bad)
    for (const failure of [await failureOf(bad.get()), await failureOf(bad.later())]) {
      expect(failure).toMatchObject({ name: 'ResponseEncodingError', error: 52, code: 'ERR_RESPONSE_ENCODING', delivered: 'yes' })
      expect((failure as Error).message).toContain(path)
    }
  })

  it('a method without a result in its contract answers nothing, whatever its handler returned', async () => {
    await using t = await createTestSystem({ seed: 1 })
    expect(await (await t.spawn(Math2)).clear()).toBeUndefined()
    await using unchecked = await createSystem({ threads: 0, validate: 'never' })
    expect(await (await unchecked.spawn(Math2)).clear()).toBeUndefined()
  })
})

/** A Standard Schema that is itself at fault. */
const broken: StandardSchemaV1<unknown> = {
  '~standard': {
    version: 1,
    vendor: 'own',
    validate: () => {
      throw new Error('in the schema')
    },
  },
}

describe('arguments', () => {
  it.each(['always', 'boundary', 'never'] as const)('a wrong count of arguments is refused under %s', async (validate) => {
    await using system = await createSystem({ threads: 0, validate })
    const math = (await system.spawn(Math2)) as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>
    const failure = await failureOf(math['multiply']?.(1) as Promise<unknown>)
    expect(failure).toMatchObject({ name: 'ParametersIncorrect', error: 56, code: 'ERR_PARAMETERS_INCORRECT', delivered: 'no' })
    expect(failure).toMatchObject({ data: [{ path: [], message: 'expected 2 arguments, received 1' }] })
    expect(await failureOf(math['pow']?.(1, 2, 3) as Promise<unknown>)).toMatchObject({
      data: [{ message: 'expected 1-2 arguments, received 3' }],
    })
    expect(await math['pow']?.(3)).toBe(9)
  })

  it('schemas are checked of every call under always, of untyped ones under boundary, of none under never', async () => {
    const outcomes: unknown[] = []
    for (const validate of ['always', 'boundary', 'never'] as const) {
      await using system = await createSystem({ threads: 0, validate })
      const math = await system.spawn(Math2)
      const typed = math.multiply('3' as unknown as number, 4).then(String, (error: ServiceFailure) => error.error)
      const untyped = system.call('math', 'multiply', ['3', 4]).then(String, (error: ServiceFailure) => error.error)
      outcomes.push([validate, await typed, await untyped])
    }
    expect(outcomes).toEqual([
      ['always', 56, 56],
      ['boundary', '12', 56],
      ['never', '12', '12'],
    ])
  })

  it('ParametersIncorrect holds every issue with its path', async () => {
    const Deep = contract('deep', { methods: { put: method([z.object({ list: z.array(z.number()) }), z.string()]) } })
    await using t = await createTestSystem({ seed: 1 })
    const deep = await t.spawn(service(import.meta, Deep, () => ({ put: () => undefined })))
    const failure = (await failureOf(deep.put({ list: [1, 'x' as unknown as number] }, 7 as unknown as string))) as ServiceFailure
    expect((failure.data as { path: unknown }[]).map(({ path }) => path)).toEqual([[0, 'list', 1], [1]])
    expect(failure.message).toMatch(/^deep\.put\(\): args\[0\]\.list\[1\]: .*; args\[1\]: /)
  })

  it('a result that its schema refuses is a ResponseEncodingError under always', async () => {
    const Liar = service(import.meta, MathApi, () => ({
      multiply: () => 'no' as unknown as number,
      pow: () => 1,
      clear: () => undefined,
      odd: () => 1,
    }))
    await using t = await createTestSystem({ seed: 1 })
    const failure = await failureOf((await t.spawn(Liar)).multiply(1, 2))
    expect(failure).toMatchObject({ error: 52, message: expect.stringContaining('math.multiply(): result: ') })
  })

  it('a schema that throws, or answers with a promise, refuses; the actor goes on', async () => {
    const Api = contract('picky', {
      methods: {
        throws: method(z.any().refine((x) => (x === undefined ? true : (x as { a: { b: 1 } }).a.b))),
        waits: method(z.any().refine((x) => (x === undefined ? true : (Promise.resolve(true) as unknown as boolean)))),
        bad: method([], broken),
        fine: method([], z.number()),
      },
    })
    await using t = await createTestSystem({ seed: 1 })
    const picky = await t.spawn(
      service(import.meta, Api, () => ({ throws: () => undefined, waits: () => undefined, bad: () => 1, fine: () => 1 })),
    )
    expect(await failureOf(picky.throws({}))).toMatchObject({ error: 56, delivered: 'no' })
    expect(await failureOf(picky.waits(1))).toMatchObject({ error: 56, message: expect.stringContaining('synchron') })
    expect(await failureOf(picky.bad())).toMatchObject({ error: 52, message: expect.stringContaining('in the schema') })
    expect(await picky.fine()).toBe(1)
    expectNoSilentLoss(t.stats())
  })
})

describe('MethodUnavailable', () => {
  it('an unknown method fails and lists those there are', async () => {
    await using t = await createTestSystem({ seed: 1 })
    const math = (await t.spawn(Math2)) as unknown as Record<string, () => Promise<unknown>>
    const failure = await failureOf(math['divide']?.() as Promise<unknown>)
    expect(failure).toMatchObject({ name: 'MethodUnavailable', error: 55, code: 'ERR_METHOD_UNAVAILABLE', delivered: 'no' })
    expect((failure as Error).message).toBe('service "math" has no method "divide"; it has multiply, pow, clear, odd')
  })

  it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty', 'valueOf', 'then', '__defineGetter__', '$', ''])(
    'a call of %j reaches nothing',
    async (name) => {
      await using t = await createTestSystem({ seed: 1 })
      await t.spawn(Math2)
      const Free = service(import.meta, 'free', () => ({ fine: () => 1, notAMethod: 5 as unknown as () => number }))
      await t.spawn(Free)
      for (const target of ['math', 'free']) {
        expect(await failureOf(t.call(target, name, []))).toMatchObject({ error: 55, code: 'ERR_METHOD_UNAVAILABLE' })
      }
      expect(await failureOf(t.call('free', 'notAMethod', []))).toMatchObject({ error: 55 })
    },
  )

  it.each([
    ['reserved', { valueOf: () => 1 }, 'which is reserved'],
    ['a class instance', new (class Api {})(), 'an instance of Api; return a plain object'],
    ['no object', 5, 'returned 5; return a plain object'],
    ['an array', [], 'return a plain object'],
  ])('a setup that returns methods that are %s does not start', async (_, methods, message) => {
    await using t = await createTestSystem({ seed: 1, log: recordingLog() })
    await expect(t.spawn(service(import.meta, 'odd', () => methods as unknown as Record<never, never>))).rejects.toThrow(message)
  })

  it('a setup must return exactly the methods of its contract', async () => {
    await using t = await createTestSystem({ seed: 1, log: recordingLog() })
    const odd = (methods: object) => t.spawn(service(import.meta, MathApi, () => methods as never))
    const all = { multiply: () => 1, pow: () => 1, clear: () => undefined, odd: () => 1 }
    await expect(odd({ ...all, pow: undefined })).rejects.toThrow('did not return "pow" of contract "math"')
    await expect(odd({ ...all, more: () => 1 })).rejects.toThrow('returned "more", not in contract "math"')
    await expect(odd({ ...all, limit: 7 })).resolves.toBeDefined()
  })
})
