import fc from 'fast-check'
import { ByteReader } from '../../src/codec/byte-reader.js'
import { ByteWriter } from '../../src/codec/byte-writer.js'
import type { ValueContext } from '../../src/codec/context.js'
import { readValue } from '../../src/codec/decode.js'
import { writeValue } from '../../src/codec/encode.js'
import { OWN_LIMITS } from '../../src/codec/limits.js'
import { textBytes } from './text-bytes.js'

export const own: ValueContext = { limits: OWN_LIMITS, stacks: true, regexp: true }

export function encode(value: unknown, context: ValueContext = own, path = 'args[0]'): Uint8Array {
  const writer = new ByteWriter(textBytes)
  writeValue(writer, value, context, path)
  return writer.take()
}

export function decode(bytes: Uint8Array, context: ValueContext = own): unknown {
  const reader = new ByteReader(textBytes, bytes)
  const value = readValue(reader, context)
  if (reader.remaining > 0) throw new Error(`${reader.remaining} bytes are left`)
  return value
}

export function roundTrip(value: unknown, context: ValueContext = own): unknown {
  return decode(encode(value, context), context)
}

/** Any UTF-16 units, lone surrogates among them. */
const unitStrings = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 }).map((units) => String.fromCharCode(...units))

const strings = fc.oneof(
  { weight: 4, arbitrary: fc.string() },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 1, arbitrary: unitStrings },
)

const keys = fc.oneof(
  { weight: 5, arbitrary: strings },
  { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', '') },
)

const scalars = fc.oneof(
  strings,
  fc.double(),
  fc.integer(),
  fc.integer({ min: -200, max: 200 }),
  fc.bigInt(),
  fc.boolean(),
  fc.constantFrom(undefined, null, -0, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, -(2 ** 31), 2 ** 53),
)

/** Trees of everything that can be sent. */
const trees = fc.anything({
  key: keys,
  // Invalid dates have a test of their own: assert on Node 20 finds no two of them equal.
  values: [scalars, fc.date({ noInvalidDate: true })],
  maxDepth: 4,
  withBigInt: true,
  withBoxedValues: true,
  withMap: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
})

function containers(value: unknown, found = new Set<object>()): Set<object> {
  if (typeof value !== 'object' || value === null || found.has(value)) return found
  found.add(value)
  if (Array.isArray(value)) for (const element of value) containers(element, found)
  else if (value instanceof Map) for (const [key, held] of value) containers(held, containers(key, found))
  else if (value instanceof Set) for (const held of value) containers(held, found)
  else if (Object.getPrototypeOf(value) === Object.prototype) for (const held of Object.values(value)) containers(held, found)
  return found
}

function link(from: object, to: object): void {
  if (Array.isArray(from)) from.push(to)
  else if (from instanceof Map) from.set(to, to)
  else if (from instanceof Set) from.add(to)
  else if (Object.getPrototypeOf(from) === Object.prototype)
    Object.defineProperty(from, 'linked', { value: to, enumerable: true, configurable: true, writable: true })
}

/** Anything that can be sent, with objects that occur more than once or hold themselves. */
export const graphs = fc.tuple(trees, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 3 })).map(([root, links]) => {
  const all = [...containers(root)]
  for (const [from, to] of links) if (all.length > 0) link(all[from % all.length] as object, all[to % all.length] as object)
  return root
})

/** Whether two graphs share and cycle in the same places: an object of one always meets the same object of the other. */
export function sameSharing(a: unknown, b: unknown, pairs = new Map<unknown, unknown>()): boolean {
  if (typeof a !== 'object' || a === null) return true
  if (pairs.has(a)) return pairs.get(a) === b
  if (a === b) return false
  pairs.set(a, b)
  const [left, right] = [held(a), held(b)]
  return left.length === right.length && left.every((value, i) => sameSharing(value, right[i], pairs))
}

function held(value: unknown): unknown[] {
  if (value instanceof Map) return [...value].flat()
  if (value instanceof Set) return [...value]
  return ArrayBuffer.isView(value) ? [] : Object.values(value as object)
}
