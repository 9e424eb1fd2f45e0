import { expect, test } from 'vitest'
import { judgeFlatness, median } from '../../benchmarks/endurance/flatness.mjs'

const series = (at: (i: number) => number): readonly number[] => Array.from({ length: 40 }, (_, i) => at(i))

test('judgeFlatness() leaves out the warm-up, and calls flat what stays, shrinks or swings', () => {
  expect(judgeFlatness(series((i) => (i < 10 ? i : 100)))).toEqual({ early: 100, late: 100, change: 0, isFlat: true })
  expect(judgeFlatness(series((i) => 200 - i))).toMatchObject({ isFlat: true })
  expect(judgeFlatness(series((i) => 100 + (i % 2) * 50))).toMatchObject({ isFlat: true })
  expect(judgeFlatness(series((i) => (i === 25 ? 1000 : 100)))).toMatchObject({ isFlat: true })
})

test('judgeFlatness() sees what grows, however slowly', () => {
  const verdict = judgeFlatness(series((i) => 100 + i * 0.4))
  expect(verdict).toMatchObject({ isFlat: false })
  expect(verdict?.change).toBeGreaterThan(0.05)
})

test('judgeFlatness() does not judge a few samples', () => {
  expect(judgeFlatness([1, 2, 3])).toBeUndefined()
})

test('median() is the middle, or lies between the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 3, 2])).toBe(2.5)
})
