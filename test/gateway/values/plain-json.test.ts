import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkForeign, mayBreakLimits, printJson } from '../../../src/gateway/values/plain-json.js'

const LIMITS = { depth: 3, nodes: 20, bytes: 1000, bigintDigits: 10 }

describe('mayBreakLimits()', () => {
  it('is never false for a text whose value is refused', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        if (mayBreakLimits(text, LIMITS)) return
        expect(() => checkForeign(JSON.parse(text), 'value', LIMITS)).not.toThrow()
      }),
    )
  })

  it('lets short and shallow texts pass, and stops at deep and at long ones', () => {
    expect(['[[[1]]]', '{"a":[]}', '[[[[1]]]]', `[${'1,'.repeat(10)}1]`].map((text) => mayBreakLimits(text, LIMITS))).toEqual([
      false,
      false,
      true,
      true,
    ])
  })
})

describe('printJson()', () => {
  it('prints values of JSON as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(printJson(value)).toBe(JSON.stringify(value))
      }),
    )
  })

  it.each([
    ['a bigint', 12n, '"12"'],
    ['a map among plain values', { a: [1, new Map([['b', 2]])] }, '{"a":[1,{"b":2}]}'],
    ['a set', { a: new Set([1]) }, '{"a":[1]}'],
    ['bytes', [new Uint8Array([1, 2])], '["AQI="]'],
    ['a date', { at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
    ['nothing', undefined, 'null'],
    ['a bigint that is deep', [[[[[[[[[[1n]]]]]]]]]], '[[[[[[[[[["1"]]]]]]]]]]'],
  ])('prints %s in the nearest form', (_, value, text) => {
    expect(printJson(value)).toBe(text)
  })

  it('refuses a cycle', () => {
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    expect(() => printJson(cycle)).toThrow('no form in JSON')
  })
})
