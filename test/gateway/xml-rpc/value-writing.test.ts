import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCall } from '../../../src/gateway/xml-rpc/call-reading.js'
import { printValue } from '../../../src/gateway/xml-rpc/value-writing.js'

const roundTrip = (value: unknown) =>
  readCall(`<methodCall><methodName>a</methodName><params><param>${printValue(value)}</param></params></methodCall>`).params[0]

describe('printValue()', () => {
  it.for([
    ['<int>1</int>', 1],
    ['<int>-2147483648</int>', -2147483648],
    ['<i8>2147483648</i8>', 2147483648],
    ['<i8>5</i8>', 5n],
    ['<double>1.5</double>', 1.5],
    ['<double>1000000000000000000000</double>', 1e21],
    ['<double>0.00000015</double>', 1.5e-7],
    ['<double>-12500000000000000000000</double>', -1.25e22],
    ['<boolean>1</boolean>', true],
    ['<string>a&lt;b&gt;&amp;&#13;\n</string>', 'a<b>&\r\n'],
    ['<nil/>', null],
    ['<nil/>', undefined],
    ['<dateTime.iso8601>19980717T14:08:55</dateTime.iso8601>', new Date(Date.UTC(1998, 6, 17, 14, 8, 55, 999))],
    ['<base64>AQL/</base64>', new Uint8Array([1, 2, 255])],
    ['<array><data><value><int>1</int></value><value><string>x</string></value></data></array>', [1, 'x']],
    ['<array><data><value><int>1</int></value></data></array>', new Set([1])],
    ['<struct><member><name>a.b</name><value><int>1</int></value></member></struct>', { 'a.b': 1 }],
    ['<struct><member><name>a</name><value><int>1</int></value></member></struct>', new Map([['a', 1]])],
  ] as const)('writes %s', ([xml, value]) => {
    expect(printValue(value)).toBe(`<value>${xml}</value>`)
  })

  it('what is written is read again as it was', () => {
    const text = fc.string({ unit: 'binary' }).filter((one) => !/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(one))
    const number = fc.double({ noNaN: true, noDefaultInfinity: true })
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        text,
        number,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.uint8Array(),
        tie('list'),
        tie('struct'),
      ),
      list: fc.array(tie('value')),
      struct: fc.dictionary(text, tie('value')).map((given) => ({ ...given })),
    }))
    fc.assert(
      fc.property(value, (given) => void expect(roundTrip(given)).toEqual(given)),
      { numRuns: 300 },
    )
  })

  it.for([
    ['not a number', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['more than 64 bits', 2n ** 63n],
    ['control characters', 'a\0b'],
    ['half a character', '\ud800'],
    ['a map with keys that are no texts', new Map([[1, 2]])],
    ['a circle', circle()],
  ] as const)('refuses %s', ([, value]) => {
    expect(() => printValue(value)).toThrow(TypeError)
  })
})

function circle(): readonly unknown[] {
  const value: unknown[] = []
  value.push(value)
  return value
}
