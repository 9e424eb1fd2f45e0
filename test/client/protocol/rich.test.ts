import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Handles, RichError } from '../../../src/client/protocol/rich-limits.js'
import { readRich } from '../../../src/client/protocol/rich-reading.js'
import { writeRich } from '../../../src/client/protocol/rich-writing.js'

const none: Handles = {
  write: () => undefined,
  read: () => {
    throw new RichError('nobody')
  },
}

function passOn(value: unknown): unknown {
  return readRich(JSON.parse(JSON.stringify(writeRich(value, none, 'value'))), none, 'value')
}

const key = fc.oneof(fc.string(), fc.constantFrom('$', '__proto__', 'constructor', 'toString'))
const { value: anything } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      fc.string(),
      fc.double(),
      fc.boolean(),
      fc.constantFrom(null, undefined, -0, Number.NaN, Number.POSITIVE_INFINITY),
      fc.bigInt(),
      fc.date({ noInvalidDate: false }),
      fc.uint8Array(),
      fc.float64Array(),
      fc.uint8Array().map(({ buffer }) => buffer),
    ),
    fc.array(tie('value')),
    fc.array(fc.tuple(key, tie('value'))).map((entries) => Object.fromEntries(entries)),
    fc.array(fc.tuple(tie('value'), tie('value'))).map((pairs) => new Map(pairs)),
    fc.array(tie('value')).map((values) => new Set(values)),
  ),
}))

describe('writeRich() and readRich()', () => {
  it('are inverse', () => {
    fc.assert(
      fc.property(anything, (value) => {
        expect(passOn(value)).toEqual(value)
      }),
    )
  })

  it('readRich() takes any JSON or refuses it, and touches no prototype', () => {
    const json = fc.oneof(
      fc.jsonValue(),
      fc
        .tuple(
          fc.constantFrom('map', 'set', 'date', 'bytes', 'buffer', 'error', 'number', 'bigint', 'object', 'remote', 'x'),
          fc.jsonValue(),
          fc.jsonValue(),
        )
        .map((parts) => ({ $: parts })),
    )
    fc.assert(
      fc.property(json, (value) => {
        try {
          readRich(structuredClone(value), none, 'value')
        } catch (error) {
          expect(error).toBeInstanceOf(RichError)
        }
      }),
    )
    const polluted = readRich(
      JSON.parse('{ "__proto__": { "isAdmin": true }, "a": { "__proto__": { "$": ["bigint", "1"] } } }'),
      none,
      'value',
    )
    expect([(polluted as { isAdmin?: unknown }).isAdmin, ({} as { isAdmin?: unknown }).isAdmin]).toEqual([undefined, undefined])
    expect(Object.keys(polluted as object)).toEqual(['__proto__', 'a'])
  })

  it('names the path of what cannot be sent', () => {
    const cycle: { self?: unknown } = {}
    cycle.self = cycle
    class Thing {}
    for (const [value, text] of [
      [{ a: [() => 1] }, 'value.a[0] is a function'],
      [{ a: Symbol('x') }, 'value.a is a symbol'],
      [{ a: new Thing() }, 'value.a is an instance of a class'],
      [{ a: /x/ }, 'value.a is an instance of a class'],
      [cycle, 'value.self is a cycle'],
      [new DataView(new ArrayBuffer(1)), 'value is a view'],
      [10n ** 1024n, 'value has more than 1024 digits'],
      [new Array(100_001).fill(0), 'value: the value has more than 100000 members'],
    ] as const)
      expect(() => passOn(value)).toThrow(text)
    let deep: unknown = 0
    for (let i = 0; i < 65; i++) deep = [deep]
    expect(() => writeRich(deep, none, 'value')).toThrow(/deeper than 64 levels/)
    let deeper: unknown = 0
    for (let i = 0; i < 10_000; i++) deeper = [deeper]
    expect(() => readRich(deeper, none, 'value')).toThrow(/deeper than 64 levels/)
  })

  it('keeps errors with their fields and causes', () => {
    const error = Object.assign(new RangeError('far', { cause: new Error('near') }), { code: 'E_FAR', at: new Date(1) })
    const back = passOn(error) as typeof error
    expect(back).toBeInstanceOf(Error)
    expect([back.name, back.message, back.code, back.at, (back.cause as Error).message]).toEqual([
      'RangeError',
      'far',
      'E_FAR',
      new Date(1),
      'near',
    ])
  })
})
