import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import vm from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { copyValue } from '../../src/codec/copy.js'
import { decode, encode, graphs, own, roundTrip, sameSharing } from './values.js'

/** Both ways that a value takes to its receiver. */
const ways = [
  ['readValue(writeValue())', (value: unknown) => roundTrip(value)],
  ['copyValue()', (value: unknown) => copyValue(value, own, 'args[0]')],
] as const

describe.each(ways)('%s', (_name, send) => {
  test('keeps any value, its cycles and what it shares', () => {
    fc.assert(
      fc.property(graphs, (value) => {
        const sent = send(value)
        assert.deepStrictEqual(sent, value)
        assert.ok(sameSharing(value, sent))
      }),
      { numRuns: 2000 },
    )
  })

  test('keeps many objects apart and together', () => {
    const shared = Array.from({ length: 100 }, (_, i) => ({ i }))
    const sent = send([shared, shared.toReversed()]) as [object[], object[]]
    assert.deepStrictEqual(sent[0], shared)
    expect(sent[1].every((object, i) => object === sent[0][99 - i])).toBe(true)
  })

  test('keeps the numbers at the edges of their forms', () => {
    const edges = [0, 127, 128, -1, -128, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 53 - 1, -(2 ** 53), 0.1, 5e-324, Number.MAX_VALUE]
    assert.deepStrictEqual(send([...edges, -0, Number.NaN]), [...edges, -0, Number.NaN])
    const bigints = [0n, -1n, 2n ** 64n, -(2n ** 64n), 10n ** 500n]
    assert.deepStrictEqual(send(bigints), bigints)
  })

  test.each([31, 32, 85, 86, 32 * 1024, 100_000])('keeps strings of about %i units', (size) => {
    for (const unit of ['a', 'é', '€', '😀', '\ud800', '\udc00']) {
      const s = unit.repeat(size)
      for (const text of [s, `x${s}`, s.slice(1)]) expect(send(text) === text).toBe(true)
    }
  })

  test('keeps holes and the length of an array', () => {
    const array: unknown[] = [1]
    array[2] = undefined
    array.length = 5
    const sent = send(array) as unknown[]
    expect(sent.length).toBe(5)
    expect(Object.keys(sent)).toEqual(['0', '2'])
    expect((send(new Array(5000)) as unknown[]).length).toBe(5000)
    expect(encode(new Array(5000)).length).toBeLessThan(10)
  })

  test('keeps __proto__, constructor and prototype as data', () => {
    const value = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"x":1}},"prototype":2,"toString":3}') as object
    const sent = send(value) as object
    expect(Object.getPrototypeOf(sent)).toBe(Object.prototype)
    expect(Object.keys(sent)).toEqual(['__proto__', 'constructor', 'prototype', 'toString'])
    expect(JSON.stringify(sent)).toBe(JSON.stringify(value))
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  test('reads getters, and leaves out symbols and what is not enumerable', () => {
    const value = {
      get computed() {
        return [1]
      },
      [Symbol('s')]: 1,
    }
    Object.defineProperty(value, 'hidden', { value: () => 1 })
    assert.deepStrictEqual(send(value), { computed: [1] })
  })

  test('makes null-prototype objects plain', () => {
    assert.deepStrictEqual(send(Object.assign(Object.create(null) as object, { a: 1 })), { a: 1 })
  })

  test('knows the objects of another realm', () => {
    const foreign = vm.runInNewContext(
      '({ list: [1, { x: 1 }], map: new Map([[1, 2]]), set: new Set([1]), date: new Date(5), bytes: new Uint8Array([1, 2]), error: new TypeError("bad"), box: Object(1) })',
    ) as { error: Error }
    const sent = send(foreign) as { error: Error }
    assert.deepStrictEqual(
      { ...sent, error: undefined },
      {
        list: [1, { x: 1 }],
        map: new Map([[1, 2]]),
        set: new Set([1]),
        date: new Date(5),
        bytes: new Uint8Array([1, 2]),
        error: undefined,
        box: Object(1),
      },
    )
    expect(sent.error).toBeInstanceOf(TypeError)
  })

  test('keeps invalid dates and regular expressions', () => {
    const [date, regexp] = send([new Date(Number.NaN), /a\/b/giu]) as [Date, RegExp]
    expect(date.getTime()).toBeNaN()
    expect(String(regexp)).toBe('/a\\/b/giu')
  })

  test('keeps every kind of view', () => {
    const bytes = Uint8Array.from({ length: 16 }, (_, i) => i * 7)
    const types = [
      Uint8Array,
      Uint8ClampedArray,
      Int8Array,
      Uint16Array,
      Int16Array,
      Uint32Array,
      Int32Array,
      Float32Array,
      Float64Array,
      BigUint64Array,
      BigInt64Array,
    ]
    const views = types.map((type) => new type(bytes.buffer.slice(0)))
    assert.deepStrictEqual(send(views), views)
    const view = send(new DataView(bytes.buffer, 3, 4)) as DataView
    expect([view.byteLength, view.getUint8(0), view.buffer.byteLength]).toEqual([4, 21, 4])
  })

  test('sends the bytes of a pooled Buffer only, as Uint8Array', () => {
    const pooled = Buffer.from('hello')
    expect(pooled.buffer.byteLength).toBeGreaterThan(5)
    const sent = send(pooled) as Uint8Array
    expect(Object.getPrototypeOf(sent)).toBe(Uint8Array.prototype)
    expect(sent.buffer.byteLength).toBe(5)
    expect(String.fromCharCode(...sent)).toBe('hello')
    expect(encode(pooled).length).toBeLessThan(10)
  })

  test('views share a buffer that they cover or that came before them', () => {
    const buffer = new ArrayBuffer(8)
    const sent = send({ buffer, part: new Uint8Array(buffer, 4, 2), floats: new Float64Array(buffer) }) as {
      buffer: ArrayBuffer
      part: Uint8Array
      floats: Float64Array
    }
    expect(sent.part.buffer).toBe(sent.buffer)
    expect(sent.floats.buffer).toBe(sent.buffer)
    expect([sent.part.byteOffset, sent.part.length]).toEqual([4, 2])
    const [whole, same] = send([new Uint8Array(buffer), new DataView(buffer)]) as [Uint8Array, DataView]
    expect(whole.buffer).toBe(same.buffer)
    expect(whole.buffer).not.toBe(buffer)
  })

  test('a getter that changes a map does no harm', () => {
    const map = new Map<string, unknown>()
    map.set('a', {
      get grow() {
        map.set(`k${map.size}`, 1)
        return 1
      },
    })
    expect((send(map) as Map<string, unknown>).size).toBe(1)
  })
})

test('writeValue() uses few bytes for what is small', () => {
  expect(encode({ t: 'x', n: 5, a: [1, 2] }).length).toBe(13)
  expect(decode(encode(5))).toBe(5)
})
