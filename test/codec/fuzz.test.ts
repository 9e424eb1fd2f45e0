import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MailboxFull } from '../../src/base/failures.js'
import { ByteReader } from '../../src/codec/byte-reader.js'
import type { ValueContext } from '../../src/codec/context.js'
import { readValue } from '../../src/codec/decode.js'
import { DecodeError } from '../../src/codec/errors.js'
import { FOREIGN_LIMITS } from '../../src/codec/limits.js'
import { TAG } from '../../src/codec/tags.js'
import { textBytes } from './text-bytes.js'
import { decode, encode, graphs, own } from './values.js'

/** Hundreds of thousands of errors are made here; nobody reads their stacks. */
Error.stackTraceLimit = 0

const foreign: ValueContext = { limits: FOREIGN_LIMITS, stacks: false, regexp: true }

/** One value of every form. */
const everything = encode({
  numbers: [1, -5, 300, 0.5, 10n ** 30n],
  strings: ['', 'ascii', 'é'.repeat(20), 'x'.repeat(300), '\ud800'],
  objects: [new Date(5), Object(1), /a/g, new Map([[{}, 1]]), new Set([[]]), new Array(20), { a: undefined, b: null }],
  binaries: [new ArrayBuffer(5), new Float64Array(3), new Uint16Array(new ArrayBuffer(32), 2, 3), new DataView(new ArrayBuffer(4))],
  errors: [new TypeError('x', { cause: 1 }), new AggregateError([1]), new MailboxFull({ details: 'd' })],
})

function survives(bytes: Uint8Array): void {
  try {
    readValue(new ByteReader(textBytes, bytes), foreign)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
  }
}

test('readValue() of truncated bytes throws DecodeError', () => {
  for (let end = 0; end < everything.length; end++) expect(() => decode(everything.subarray(0, end)), `${end} bytes`).toThrow(DecodeError)
})

test('readValue() of bytes with one byte changed returns a value or throws DecodeError', () => {
  for (let at = 0; at < everything.length; at++) {
    for (let change = 1; change < 256; change += 1 + (at % 7)) {
      const bytes = everything.slice()
      bytes[at] = (bytes[at] as number) ^ change
      survives(bytes)
    }
  }
})

test('readValue() of garbled values returns a value or throws DecodeError', () => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 })
  fc.assert(
    fc.property(graphs, changes, (value, flips) => {
      const bytes = encode(value)
      for (const [at, byte] of flips) bytes[at % bytes.length] = byte
      survives(bytes)
    }),
    { numRuns: 3000 },
  )
})

test('readValue() of arbitrary bytes returns a value or throws DecodeError', () => {
  const tags = fc.constantFrom(...Object.values(TAG))
  const bytes = fc.array(fc.oneof(tags, fc.integer({ min: 0, max: 255 })), { maxLength: 80 })
  fc.assert(
    fc.property(bytes, (list) => survives(Uint8Array.from(list))),
    { numRuns: 10_000 },
  )
})

test('a declared size allocates nothing before it is checked', () => {
  const huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]
  const before = process.memoryUsage().arrayBuffers
  for (const tag of [TAG.string, TAG.unitString, TAG.array, TAG.object, TAG.map, TAG.set, TAG.buffer, TAG.seen])
    expect(() => decode(Uint8Array.from([tag, ...huge])), `tag ${tag}`).toThrow(DecodeError)
  expect(() => decode(Uint8Array.from([TAG.view, 1, ...huge]))).toThrow(DecodeError)
  expect(() => decode(Uint8Array.from([TAG.array, 0xff, 0xff, 0xff, 0x03, TAG.holes, ...huge]))).toThrow(DecodeError)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024)
})

test('holes are nowhere but in arrays', () => {
  expect(() => decode(Uint8Array.from([TAG.holes, 1]), own)).toThrow(DecodeError)
  expect(() => decode(Uint8Array.from([TAG.set, 1, TAG.holes, 1]), own)).toThrow(DecodeError)
})
