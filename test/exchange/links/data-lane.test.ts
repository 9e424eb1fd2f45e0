import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DataLane } from '../../../src/exchange/links/data-lane.js'
import { FrameSplitter } from '../../../src/exchange/protocol/frame-splitter.js'

const MAX = 300_000

function framesOf(pieces: readonly Uint8Array[]): string[] {
  const frames: string[] = []
  const splitter = new FrameSplitter(MAX, (bytes, start, end) => void frames.push(Buffer.from(bytes.subarray(start, end)).toString('hex')))
  for (const piece of pieces) splitter.take(piece)
  return frames
}

describe('DataLane', () => {
  it('holds frames as they were written and made longer, in order, up to its bound', () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constant('reserve' as const),
          size: fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90_000 })),
        }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('extend' as const), size: fc.integer({ min: 1, max: 300 }) }) },
      { weight: 1, arbitrary: fc.constant({ kind: 'take' as const, size: 0 }) },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const lane = new DataLane(MAX)
        const taken: Uint8Array[] = []
        const written: number[][] = []
        let waiting = 0
        let serial = lane.serial
        for (const [i, { kind, size }] of steps.entries()) {
          if (kind === 'take') {
            const piece = lane.take()
            if (piece !== undefined) taken.push(piece)
            waiting -= piece?.length ?? 0
            continue
          }
          const isExtended = kind === 'extend'
          if (isExtended && (written.length === 0 || serial !== lane.serial)) continue
          const more = isExtended ? size : size + 4
          const at = isExtended ? lane.extend(size) : lane.reserve(size)
          expect(at >= 0).toBe(waiting + more <= MAX)
          if (at < 0) continue
          waiting += more
          lane.target.fill(i, at, at + size)
          const bytes = new Array<number>(size).fill(i)
          if (isExtended) written.at(-1)?.push(...bytes)
          else written.push(bytes)
          serial = lane.serial
        }
        expect(lane.size).toBe(waiting)
        for (let piece = lane.take(); piece !== undefined; piece = lane.take()) taken.push(piece)
        expect([lane.size, lane.frames]).toEqual([0, 0])
        expect(framesOf(taken)).toEqual(written.map((bytes) => Buffer.from(bytes).toString('hex')))
      }),
    )
  })

  it('a frame that has left is not made longer', () => {
    const lane = new DataLane(MAX)
    lane.reserve(3)
    const { serial } = lane
    lane.take()
    expect(lane.serial).not.toBe(serial)
  })
})
