import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method } from '../../src/actors/contract.js'
import { service } from '../../src/actors/define.js'
import { isFailure } from '../../src/actors/failure-guard.js'
import { RESERVED_METHODS } from '../../src/actors/reserved-methods.js'
import { acceptsUndefined, type Schema, schemaIssues } from '../../src/actors/schema.js'
import { checkClientName, checkServiceName } from '../../src/actors/service-name.js'
import { ServiceFailure } from '../../src/base/failures.js'

/** A Standard Schema written by hand, as other libraries have them. */
function handmade<T>(accepts: (value: unknown) => boolean): Schema<T, T> {
  const issue = { message: 'not accepted', path: [{ key: 'deep' }, 1, Symbol('s')] }
  const validate = (value: unknown) => (accepts(value) ? { value: value as T } : { issues: [issue] })
  return { '~standard': { version: 1, vendor: 'handmade', validate } }
}

const positive = handmade<number>((value) => typeof value === 'number' && value > 0)
const asynchronous: Schema<string, string> = {
  '~standard': { version: 1, vendor: 'slow', validate: async (value) => ({ value: value as string }) },
}
const throwing: Schema<string, string> = {
  '~standard': {
    version: 1,
    vendor: 'rude',
    validate() {
      throw new Error('no')
    },
  },
}

describe('method()', () => {
  it.each([
    ['nothing', method(), 0, 0],
    ['one schema', method(z.string()), 1, 1],
    ['one schema that accepts undefined', method(z.string().optional()), 0, 1],
    ['positional schemas', method([z.string(), z.number()]), 2, 2],
    ['a trailing optional', method([z.string(), z.number().optional()]), 1, 2],
    ['an optional before a required', method([z.string().optional(), z.number()]), 2, 2],
    ['all optional', method([z.unknown(), z.undefined()]), 0, 2],
    ['a schema made by hand', method([positive]), 1, 1],
    ['a schema that throws', method([throwing]), 1, 1],
  ])('method() counts the arguments of %s', (_, spec, minArgs, maxArgs) => {
    expect(spec).toMatchObject({ kind: 'method', minArgs, maxArgs, timeoutMs: undefined, idempotent: false })
    expect(spec.args).toHaveLength(maxArgs)
    expect(Object.isFrozen(spec)).toBe(true)
  })

  it('method() keeps its result and options', () => {
    const result = z.number()
    const spec = method([], result, { timeoutMs: Number.POSITIVE_INFINITY, idempotent: true })
    expect(spec).toMatchObject({ result, timeoutMs: Number.POSITIVE_INFINITY, idempotent: true })
    expect(method([], undefined, { timeoutMs: 0.5 })).toMatchObject({ result: undefined, timeoutMs: 0.5 })
    expect(method([], undefined, { timeoutMs: 2_147_483_647 }).timeoutMs).toBe(2_147_483_647)
  })

  it.each<[string, unknown[], string]>([
    ['a function', [[Number]], 'method(): argument 0 is a function; give a Standard Schema, such as z.string()'],
    ['text', ['string'], 'method(): argument 0 is "string"; give a Standard Schema'],
    ['null', [[z.string(), null]], 'method(): argument 1 is null; give a Standard Schema'],
    ['a wrong result', [[], 3], 'method(): result is 3; give a Standard Schema'],
    [
      'an asynchronous schema',
      [[z.string(), asynchronous]],
      'method(): argument 1: a schema of "slow" is asynchronous; give one that is not',
    ],
    ['a negative timeout', [[], undefined, { timeoutMs: -1 }], 'method(): timeoutMs is -1; give more than 0 and at most 2147483647'],
    ['no timeout at all', [[], undefined, { timeoutMs: 0 }], 'method(): timeoutMs is 0; give more than 0'],
    ['an absurd timeout', [[], undefined, { timeoutMs: 2_147_483_648 }], 'method(): timeoutMs is 2147483648; give'],
    ['a timeout that is no number', [[], undefined, { timeoutMs: Number.NaN }], 'method(): timeoutMs is NaN; give'],
    ['a wrong flag', [[], undefined, { idempotent: 'yes' }], 'method(): idempotent is "yes"; give true or false'],
    ['an unknown option', [[], undefined, { timeout: 3 }], 'method(): timeout is no option; the options are timeoutMs, idempotent'],
    ['options that are none', [[], undefined, 3], 'method(): options is 3; give an object of timeoutMs, idempotent'],
  ])('method() refuses %s', (_, args, message) => {
    const call = method as (...args: unknown[]) => unknown
    expect(() => call(...args)).toThrow(TypeError)
    expect(() => call(...args)).toThrow(message)
  })
})

describe('contract()', () => {
  const multiply = method([z.number(), z.number()], z.number())
  const limit = z.object({ limit: z.number() })

  it('contract() holds its parts, frozen, in tables without a prototype', () => {
    const api = contract('math', {
      methods: { multiply, 'sub.total': method() },
      reports: { 'load.*': limit },
      errors: { Overflow: limit },
    })
    expect(api).toMatchObject({ kind: 'contract', name: 'math', methods: ['multiply', 'sub.total'] })
    const { methods, reports, errors } = api['~spec']
    expect(methods['multiply']).toBe(multiply)
    expect(reports['load.*']).toEqual({ schema: limit, lifetimeMs: 0 })
    expect(errors['Overflow']).toBe(limit)
    expect([methods, reports, errors].map((table) => Object.getPrototypeOf(table))).toEqual([null, null, null])
    expect([api, api.methods, api['~spec'], methods, reports, errors].every((part) => Object.isFrozen(part))).toBe(true)
    expect(methods['hasOwnProperty']).toBeUndefined()
  })

  it('contract() takes tables without a prototype, and none of reports and errors', () => {
    const methods = Object.assign(Object.create(null), { multiply })
    expect(contract('math', { methods })['~spec']).toEqual({ name: 'math', methods: { multiply }, reports: {}, errors: {} })
  })

  it.each([...RESERVED_METHODS])('contract() refuses a method named %s', (name) => {
    const methods = Object.fromEntries([[name, multiply]])
    expect(() => contract('math', { methods: methods as never })).toThrow(
      `contract("math"): methods: "${name}" is reserved; give the method another name`,
    )
  })

  class Table {}
  it.each<[string, unknown[], string]>([
    ['an empty name', ['', { methods: {} }], 'contract(): name is ""; give at least one character'],
    ['a name that is none', [3, { methods: {} }], 'contract(): name is 3; give a string'],
    ['a control character', ['a\nb', { methods: {} }], 'contract(): name is "a\\nb"; give a string without control characters'],
    ['a long name', ['é'.repeat(128), { methods: {} }], 'give at most 255 bytes of UTF-8'],
    ['no parts', ['math'], 'contract("math"): second argument is undefined; give a plain object'],
    ['no methods', ['math', {}], 'contract("math"): methods is undefined; give a plain object'],
    ['methods of a class', ['math', { methods: new Table() }], 'contract("math"): methods is an instance of Table; give a plain object'],
    ['an array of methods', ['math', { methods: [multiply] }], 'contract("math"): methods is an array of 1; give a plain object'],
    [
      'a prototype instead of methods',
      ['math', { methods: { __proto__: multiply } }],
      'contract("math"): methods is {}; give a plain object',
    ],
    [
      'an unknown part',
      ['math', { methods: {}, streams: {} }],
      'contract("math"): "streams" is no part of a contract; give methods, reports',
    ],
    ['a function', ['math', { methods: { add: () => 1 } }], 'methods: "add" is a function; give what method() or stream() returns'],
    [
      'a schema',
      ['math', { methods: { add: z.number() } }],
      'methods: "add" is an instance of ZodNumber; give what method() or stream() returns',
    ],
    ['an empty method name', ['math', { methods: { '': multiply } }], 'contract("math"): methods: name is ""; give at least one'],
    [
      'a symbol',
      ['math', { methods: { [Symbol('add')]: multiply } }],
      'contract("math"): methods: Symbol(add) is a symbol; give it a name',
    ],
    ['a report without schema', ['math', { methods: {}, reports: { load: 3 } }], 'contract("math"): reports: "load" is 3; give a Standard'],
    [
      'an error without schema',
      ['math', { methods: {}, errors: { Full: null } }],
      'contract("math"): errors: "Full" is null; give a Standard',
    ],
    ['one of our codes', ['math', { methods: {}, errors: { ERR_X: limit } }], 'errors: "ERR_X" begins with "ERR_", which marks'],
  ])('contract() refuses %s', (_, args, message) => {
    const call = contract as (...args: unknown[]) => unknown
    expect(() => call(...args)).toThrow(TypeError)
    expect(() => call(...args)).toThrow(message)
  })
})

describe('schemaIssues()', () => {
  it('schemaIssues() finds nothing wrong with a value that is accepted, and allocates nothing', () => {
    expect(schemaIssues(positive, 3)).toEqual([])
    expect(schemaIssues(positive, 3)).toBe(schemaIssues(z.string(), ''))
  })

  it('schemaIssues() gives message and path, whatever form the steps have', () => {
    expect(schemaIssues(positive, -3)).toEqual([{ message: 'not accepted', path: ['deep', 1, 'Symbol(s)'] }])
    expect(schemaIssues(z.object({ a: z.array(z.number()) }), { a: [1, 'x'] })).toMatchObject([{ path: ['a', 1] }])
    expect(schemaIssues(z.string(), 3)).toMatchObject([{ path: [] }])
  })

  it('schemaIssues() refuses an asynchronous schema, even one that only shows itself now', () => {
    expect(() => schemaIssues(asynchronous, 'x')).toThrow('Cannot check a value: a schema of "slow" is asynchronous')
    const late = z.string().refine(async () => true)
    expect(acceptsUndefined(late, 'x')).toBe(false)
    expect(() => schemaIssues(late, 'x')).toThrow('a schema of "zod" is asynchronous')
  })
})

describe('checkServiceName()', () => {
  const bytes = (name: string) => Buffer.byteLength(name)

  it('checkServiceName() returns every text of 1 to 255 bytes without control characters', () => {
    const names = fc.string({ unit: 'binary', minLength: 1, maxLength: 255 }).filter((name) => bytes(name) <= 255 && !/\p{Cc}/u.test(name))
    fc.assert(fc.property(names, (name) => checkServiceName(name, 'spawn()') === name))
  })

  it('checkServiceName() refuses a control character anywhere', () => {
    const control = fc.constantFrom(...Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)), '\u007f')
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), control, fc.string({ maxLength: 80 }), (before, mark, after) => {
        expect(() => checkServiceName(before + mark + after, 'spawn()')).toThrow(/^spawn\(\): name is ".*; give a string without control/s)
      }),
    )
  })

  it('checkServiceName() counts bytes, not characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 100, maxLength: 300 }), (name) => {
        const check = () => checkServiceName(name, 'spawn()')
        if (bytes(name) > 255) expect(check).toThrow('give at most 255 bytes of UTF-8')
        else expect(check()).toBe(name)
      }),
    )
  })

  it('checkServiceName() refuses lone surrogates and what is no text', () => {
    expect(() => checkServiceName('a\ud800', 'spawn()')).toThrow('without lone surrogates')
    expect(() => checkServiceName({ name: 'x' }, 'spawn()')).toThrow('spawn(): name is { name }; give a string')
  })

  it('checkClientName() takes the anonymous client too', () => {
    expect(checkClientName('', 'service()')).toBe('')
    expect(() => checkClientName(undefined, 'service()')).toThrow('service(): name is undefined; give a string')
  })
})

describe('isFailure()', () => {
  const api = contract('math', { methods: {}, errors: { Overflow: z.object({ limit: z.number() }) } })
  const definition = service(import.meta, api, () => ({}))
  const overflow = new ServiceFailure('Overflow', 57, 'Application Error', { data: { limit: 3 } })
  const other = new ServiceFailure('Other', 57, 'Application Error')

  it('isFailure() tells failures from other errors', () => {
    expect([overflow, other, new Error('x'), undefined, 'Overflow'].map((error) => isFailure(error))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })

  it('isFailure() knows failures of another copy of the package', () => {
    class Twin extends Error {
      readonly code = 'Overflow'
    }
    Object.defineProperty(Twin.prototype, Symbol.for('troupe.failure'), { value: true })
    expect(isFailure(new Twin(), api, 'Overflow')).toBe(true)
  })

  it('isFailure() asks for a failure of the contract, or of the contract of a definition', () => {
    expect([isFailure(overflow, api), isFailure(overflow, definition), isFailure(other, api)]).toEqual([true, true, false])
    expect(
      isFailure(
        overflow,
        service(import.meta, 'free', () => {}),
      ),
    ).toBe(false)
    expect(isFailure(new ServiceFailure('toString', 57, 'x'), api)).toBe(false)
  })

  it('isFailure() asks for one code', () => {
    expect([isFailure(overflow, api, 'Overflow'), isFailure(other, api, 'Overflow')]).toEqual([true, false])
  })
})
