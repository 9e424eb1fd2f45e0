import fc from 'fast-check'
import { expect, test } from 'vitest'
import { median, pairRatios, quantile, summarize } from '../../benchmarks/harness/statistics.js'

test('quantile() interpolates between the two nearest samples', () => {
  expect(quantile([4, 1, 3, 2], 0)).toBe(1)
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5)
  expect(quantile([4, 1, 3, 2], 1)).toBe(4)
  expect(quantile([7], 0.25)).toBe(7)
})

test('median() leaves its samples as they were', () => {
  const samples = [3, 1, 2]
  expect(median(samples)).toBe(2)
  expect(samples).toEqual([3, 1, 2])
})

test('summarize() orders its figures', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1 }), (samples) => {
      const { min, lowQuartile, median: middle, highQuartile, max } = summarize(samples)
      const figures = [min, lowQuartile, middle, highQuartile, max]
      expect(figures).toEqual([...figures].sort((a, b) => a - b))
    }),
  )
})

test('summarize() throws without samples', () => {
  expect(() => summarize([])).toThrow(RangeError)
})

test('pairRatios() compares the samples of the same round, and leaves out rounds that one of them lacks', () => {
  expect(pairRatios([10, 30, 50], [5, 10])).toEqual([2, 3])
  expect(pairRatios([], [1])).toEqual([])
})
