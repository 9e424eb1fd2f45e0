import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteReader } from '../../src/codec/byte-reader.js'
import { ByteWriter } from '../../src/codec/byte-writer.js'
import { DecodeError } from '../../src/codec/errors.js'
import { textBytes } from './text-bytes.js'

test('ByteReader reads what ByteWriter wrote', () => {
  const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
  const varint = fc.oneof(
    fc.maxSafeNat(),
    fc.integer({ min: 0, max: 7 }).map((n) => 2 ** (7 * n)),
    fc.constant(Number.MAX_SAFE_INTEGER),
  )
  fc.assert(
    fc.property(fc.tuple(fc.nat(255), u32, fc.double(), varint, fc.string({ unit: 'binary' }), fc.uint8Array()), ([a, b, c, d, e, f]) => {
      const writer = new ByteWriter(textBytes, 1)
      writer.u8(a)
      writer.u32(b)
      writer.f64(c)
      writer.varint(d)
      writer.string(e)
      writer.bytes(f)
      const reader = new ByteReader(textBytes, writer.take())
      expect([reader.u8(), reader.u32(), reader.f64(), reader.varint(), reader.string()]).toEqual([a, b, c, d, e])
      expect([...reader.bytes(f.length)]).toEqual([...f])
      expect(reader.remaining).toBe(0)
      expect(() => reader.u8()).toThrow(DecodeError)
    }),
  )
})

test('ByteWriter.take() gives bytes that the writer does not touch again', () => {
  const writer = new ByteWriter(textBytes, 4)
  writer.string('first')
  const first = writer.take()
  expect(writer.length).toBe(0)
  writer.string('again')
  expect(new ByteReader(textBytes, first).string()).toBe('first')
  expect(first.buffer.byteLength).toBe(first.length)
})

test('ByteWriter.rewind() forgets what came after the mark', () => {
  const writer = new ByteWriter(textBytes)
  writer.u8(1)
  const mark = writer.mark()
  writer.string('forgotten'.repeat(1000))
  writer.rewind(mark)
  writer.u8(2)
  expect([...writer.take()]).toEqual([1, 2])
})

test('ByteWriter grows to its maximum and not beyond', () => {
  const writer = new ByteWriter(textBytes, 1, 300)
  writer.bytes(new Uint8Array(100))
  writer.string('y'.repeat(100))
  writer.string('é'.repeat(44))
  expect(writer.length).toBe(295)
  expect(() => writer.bytes(new Uint8Array(6))).toThrow(RangeError)
  expect(() => writer.string('z'.repeat(5))).toThrow(RangeError)
  for (let i = 0; i < 5; i++) writer.u8(i)
  expect(() => writer.u8(8)).toThrow(RangeError)
  expect(writer.length).toBe(300)
})

test('ByteReader.bytes() is a copy, of a Buffer too', () => {
  const source = Buffer.from([1, 2, 3])
  const bytes = new ByteReader(textBytes, source).bytes(3)
  source[0] = 9
  expect([...bytes]).toEqual([1, 2, 3])
  expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype)
})

test('ByteReader stays within its start and end', () => {
  const reader = new ByteReader(textBytes, Uint8Array.from([1, 2, 3, 4]), 1, 3)
  expect([reader.u8(), reader.u8(), reader.remaining, reader.position]).toEqual([2, 3, 0, 3])
  expect(() => reader.u8()).toThrow(DecodeError)
})

test('ByteReader.open() goes on with other bytes and knows words again', () => {
  const writer = new ByteWriter(textBytes)
  const reader = new ByteReader(textBytes, new Uint8Array(0))
  for (const word of ['multiply', 'divide', 'multiply', 'Multiply', '', 'x', 'é', '\x7f\x00']) {
    writer.string(word)
    reader.open(writer.take())
    expect(reader.string()).toBe(word)
  }
})

test('ByteReader.open() forgets the numbers of other bytes', () => {
  const first = Uint8Array.from([1, 0, 0, 0])
  const reader = new ByteReader(textBytes, first)
  expect(reader.u32()).toBe(1)
  reader.open(Uint8Array.from([0, 2, 0, 0, 0]), 1)
  expect(reader.u32()).toBe(2)
})

test('ByteReader refuses what is no varint and no string', () => {
  expect(() => new ByteReader(textBytes, new Uint8Array(20).fill(0xff)).varint()).toThrow(DecodeError)
  expect(() => new ByteReader(textBytes, Uint8Array.from([0x20])).string()).toThrow(DecodeError)
  expect(() => new ByteReader(textBytes, Uint8Array.from([0x82, 0xc3, 0xa9])).string()).toThrow(DecodeError)
})
