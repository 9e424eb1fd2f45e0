import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../../../src/codec/byte-writer.js'
import { FRAME, MAX_RECORD_BYTES, MOVED, newRing, numberAfter, POSTED } from '../../../src/runtime/links/ring/layout.js'
import { RingReader } from '../../../src/runtime/links/ring/ring-reader.js'
import { RingWriter } from '../../../src/runtime/links/ring/ring-writer.js'
import { nodeText } from '../../../src/runtime/node-world.js'

const CAPACITY = 64 * 1024

interface Read {
  readonly kind: number
  readonly bytes: readonly number[]
}

/** Both ends of a ring in one thread. */
function bothEnds(capacity = CAPACITY) {
  const ring = newRing(capacity)
  const writer = new RingWriter(ring)
  const reader = new RingReader(ring)
  const bytes = new ByteWriter(nodeText)
  const read: Read[] = []
  let rings = 0
  const listener = {
    onRecord: (kind: number, source: Uint8Array, { start, end }: { start: number; end: number }) => {
      read.push({ kind, bytes: [...source.subarray(start, end)] })
      return 1
    },
    onRoom: () => void rings++,
  }
  /** Writes in place, as a link does; false when there was no room. */
  const write = (frame: Uint8Array): boolean => {
    if (!writer.begin(bytes)) return false
    bytes.bytes(frame)
    if (!bytes.borrows) return writer.put(bytes.take())
    writer.commit(bytes.length)
    return true
  }
  return { writer, reader, read, listener, write, rings: () => rings }
}

function frameOf(size: number, seed: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, i) => (seed * 31 + i) & 0xff)
}

const size = fc.oneof(
  { weight: 6, arbitrary: fc.nat(200) },
  { weight: 2, arbitrary: fc.nat(5000) },
  fc.constantFrom(0, 1, MAX_RECORD_BYTES),
)
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('write' as const, 'put' as const), size }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('mark' as const), size: fc.nat(1e6) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('read' as const), size: fc.integer({ min: 1, max: 40 }) }) },
)

describe('RingWriter and RingReader', () => {
  it('hand on every record once, in order, with its bytes, whatever their sizes and wherever the ring begins anew', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 250, size: 'max' }), (steps) => {
        const { writer, reader, read, listener, write } = bothEnds()
        const written: Read[] = []
        for (const [i, one] of steps.entries()) {
          if (one.do === 'read') reader.read(listener, one.size)
          else if (one.do === 'mark') {
            if (writer.mark(POSTED, one.size)) written.push({ kind: POSTED, bytes: [...new Uint8Array(Uint32Array.of(one.size).buffer)] })
          } else {
            const frame = frameOf(one.size, i)
            if (one.do === 'put' ? writer.put(frame) : write(frame)) written.push({ kind: FRAME, bytes: [...frame] })
          }
        }
        while (reader.read(listener, 1000) > 0);
        expect(read).toEqual(written)
        expect(reader.hasMore).toBe(false)
      }),
      { numRuns: 30 },
    )
  })

  it('always leave room for the record that says where the ring goes on', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(size, fc.nat(3)), { minLength: 20, maxLength: 120, size: 'max' }), (frames) => {
        const { writer, reader, read, listener, write } = bothEnds()
        let written = 0
        for (const [bytes, reads] of frames) {
          while (write(frameOf(bytes, written))) {
            written++
            if (reads > 0) break
          }
          reader.read(listener, reads)
        }
        writer.end(MOVED, 7)
        while (reader.read(listener, 1000) > 0);
        expect(read.length).toBe(written + 1)
        expect(read.at(-1)?.kind).toBe(MOVED)
      }),
      { numRuns: 40 },
    )
  })

  it('refuse what has no room, and ring once there is some, once', () => {
    const { writer, reader, listener, write, rings } = bothEnds()
    while (write(frameOf(1000, 1)));
    expect(writer.put(frameOf(1000, 2))).toBe(false)
    reader.read(listener, 1)
    expect(rings()).toBe(0)
    while (write(frameOf(1000, 1)));
    expect(writer.awaitRoom()).toBe(true)
    reader.read(listener, 3)
    expect(rings()).toBe(1)
    expect(write(frameOf(1000, 1))).toBe(true)
    reader.read(listener, 1000)
    expect(rings()).toBe(1)
  })

  it('say that nobody need wait when the other has read meanwhile', () => {
    const { writer, reader, listener, write, rings } = bothEnds()
    while (write(frameOf(1000, 1)));
    reader.read(listener, 1)
    expect(writer.awaitRoom()).toBe(false)
    expect(rings()).toBe(0)
    expect(write(frameOf(1000, 1))).toBe(true)
  })

  it('show nothing that is not committed', () => {
    const { writer, reader } = bothEnds()
    const bytes = new ByteWriter(nodeText)
    writer.begin(bytes)
    bytes.string('half a record')
    expect(reader.hasMore).toBe(false)
  })

  it('free the space of a record whose listener throws, and go on behind it', () => {
    const { reader, read, listener, write } = bothEnds()
    for (let i = 0; i < 3; i++) write(frameOf(100, i))
    const failing = {
      ...listener,
      onRecord: () => {
        throw new Error('a defect')
      },
    }
    expect(() => reader.read(failing, 10)).toThrow('a defect')
    reader.read(listener, 10)
    expect(read.map(({ bytes }) => bytes[0])).toEqual([frameOf(1, 1)[0], frameOf(1, 2)[0]])
    for (let i = 0; i < 10_000; i++) {
      expect(write(frameOf(100, i))).toBe(true)
      reader.read(listener, 1)
    }
  })

  it('name the same thing by a number, however many were posted before', () => {
    const { writer, reader, read, listener } = bothEnds()
    const numbers = [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1].map(numberAfter)
    for (const number of numbers) writer.mark(POSTED, number)
    reader.read(listener, 10)
    expect(read.map(({ bytes }) => new Uint32Array(Uint8Array.from(bytes).buffer)[0])).toEqual(numbers)
    // 0 is the first ring of a direction.
    expect(numbers).not.toContain(0)
  })
})
