import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffMs } from '../../src/base/backoff.js'
import { randomHex, randomIndex, seededRandom } from '../../src/base/random.js'

const draw = (seed: number, count: number): number[] => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => random.next())
}

describe('seededRandom()', () => {
  it('seededRandom() repeats itself for a seed and differs between seeds, above 32 bits too', () => {
    expect(draw(7, 50)).toEqual(draw(7, 50))
    const firsts = [0, 1, 2, 7, -1, 2 ** 32, 2 ** 32 + 7, 2 ** 40].map((seed) => draw(seed, 4).join())
    expect(new Set(firsts).size).toBe(firsts.length)
  })

  it('seededRandom() gives numbers from 0 to below 1, spread evenly', () => {
    const tenths = new Array<number>(10).fill(0)
    for (const number of draw(42, 20_000)) {
      expect(number).toBeGreaterThanOrEqual(0)
      expect(number).toBeLessThan(1)
      tenths[Math.floor(number * 10)]!++
    }
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(200)
  })
})

it('randomIndex() reaches every index below its bound and no other', () => {
  const random = seededRandom(3)
  const seen = new Set(Array.from({ length: 300 }, () => randomIndex(random, 5)))
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4])
})

it('randomHex() has exactly the digits asked for', () => {
  for (const digits of [1, 4, 6, 12, 32]) expect(randomHex(seededRandom(digits), digits)).toMatch(new RegExp(`^[0-9a-f]{${digits}}$`))
})

describe('backoffMs()', () => {
  const backoff = { minMs: 100, maxMs: 10_000, factor: 2, jitter: 0.2 }
  const never = { next: () => 0.5 }

  it('backoffMs() is nothing at first, then doubles from minMs up to maxMs', () => {
    const delays = [1, 2, 3, 4, 8, 9, 10, 100, 5000].map((attempt) => backoffMs(backoff, attempt, never))
    expect(delays).toEqual([0, 100, 200, 400, 6400, 10_000, 10_000, 10_000, 10_000])
  })

  it('backoffMs() strays from that by no more than the jitter', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (attempt, drawn) => {
        const middle = backoffMs(backoff, attempt, never)
        const delay = backoffMs(backoff, attempt, { next: () => drawn })
        expect(delay).toBeGreaterThanOrEqual(middle * 0.8 - 1e-9)
        expect(delay).toBeLessThanOrEqual(middle * 1.2 + 1e-9)
      }),
    )
    expect(backoffMs(backoff, 2, { next: () => 0 })).toBe(80)
  })
})
