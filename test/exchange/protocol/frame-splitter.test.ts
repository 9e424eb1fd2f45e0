import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameError, FrameSplitter } from '../../../src/exchange/protocol/frame-splitter.js'

function framed(frames: readonly Uint8Array[]): Uint8Array {
  const parts = frames.map((frame) => {
    const bytes = new Uint8Array(4 + frame.length)
    new DataView(bytes.buffer).setUint32(0, frame.length, true)
    bytes.set(frame, 4)
    return bytes
  })
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

function splitter(maxFrameBytes = 1000) {
  const frames: Uint8Array[] = []
  return { frames, splitter: new FrameSplitter(maxFrameBytes, (bytes, start, end) => void frames.push(bytes.slice(start, end))) }
}

describe('FrameSplitter', () => {
  it('gives every frame whole, however the bytes are cut', () => {
    const frame = fc.uint8Array({ minLength: 1, maxLength: 40 })
    const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 })
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 20 }), cuts, (frames, sizes) => {
        const { frames: seen, splitter: one } = splitter()
        const bytes = framed(frames)
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length] as number
          const chunk = bytes.slice(at, at + size)
          one.take(chunk)
          // What it has been given is its sender's again.
          chunk.fill(0)
          at += size
        }
        expect(seen).toEqual(frames)
      }),
    )
  })

  it.each([
    ['longer than allowed', [233, 3, 0, 0]],
    ['as long as a number can say', [255, 255, 255, 255]],
    ['empty', [0, 0, 0, 0]],
  ])('refuses a frame that is %s, before it has arrived', (_, length) => {
    for (const size of [1, 4]) {
      const { frames, splitter: one } = splitter()
      const take = (): void => {
        for (let at = 0; at < 4; at += size) one.take(Uint8Array.from(length.slice(at, at + size)))
      }
      expect(take).toThrow(FrameError)
      expect(frames).toEqual([])
    }
  })

  it('takes a frame of exactly the size that is allowed', () => {
    const { frames, splitter: one } = splitter(8)
    one.take(framed([new Uint8Array(8).fill(7)]))
    expect(frames).toEqual([new Uint8Array(8).fill(7)])
  })

  it('takes a large frame that comes byte by byte', () => {
    const { frames, splitter: one } = splitter(100_000)
    const frame = Uint8Array.from({ length: 100_000 }, (_, i) => i ^ (i >> 8))
    for (const byte of framed([frame])) one.take(Uint8Array.of(byte))
    expect(frames).toEqual([frame])
  })
})
