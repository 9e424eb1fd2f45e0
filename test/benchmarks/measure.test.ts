import { describe, expect, it } from 'vitest'
import { callSession } from '../../benchmarks/harness/in-flight.js'
import { sampleOf } from '../../benchmarks/harness/measure.js'
import { barOf, durationOf } from '../../benchmarks/harness/progress.js'
import { sumOf } from '../../benchmarks/harness/values.mjs'
import type { Session } from '../../benchmarks/harness/workload.js'
import { workloadOf } from './sample-result.js'

const effort = { size: 10, warmUpMs: 0, measureMs: 0, minRuns: 3, maxRuns: 5 }

function sessionOf(answers: (size: number) => number): {
  readonly session: Session
  readonly seeds: number[]
  readonly tidied: () => number
} {
  const seeds: number[] = []
  let tidied = 0
  const session: Session = {
    run: async ({ size, seed }) => {
      seeds.push(seed)
      return { value: answers(size), own: seeds.length }
    },
    tidy: async () => void tidied++,
    close: async () => undefined,
  }
  return { session, seeds, tidied: () => tidied }
}

describe('sampleOf()', () => {
  it('gives the median of its runs, each with a seed of its own', async () => {
    const { session, seeds, tidied } = sessionOf((size) => size)
    expect(await sampleOf(workloadOf('a'), session, effort, 1)).toBe(5000)
    expect(seeds).toEqual([1, 8, 15])
    expect(tidied()).toBe(3)
  })

  it('refuses an answer that is wrong', async () => {
    const { session } = sessionOf(() => 9)
    await expect(sampleOf(workloadOf('a'), session, effort, 1)).rejects.toThrow(
      'sample answered 9 for size 10 and seed 1; the right answer is 10',
    )
  })

  it('ends its warm-up after a number of runs, however short they are', async () => {
    const { session, seeds } = sessionOf((size) => size)
    await sampleOf(workloadOf('a'), session, { ...effort, warmUpMs: 3_600_000 }, 1)
    expect(seeds).toHaveLength(5 + 3)
  })
})

describe('callSession()', () => {
  it('keeps as many calls in flight as it is told, and loses no answer', async () => {
    let now = 0
    let most = 0
    const session = callSession(async (value) => {
      most = Math.max(most, ++now)
      await Promise.resolve()
      now--
      return value + 1
    }, Promise.resolve.bind(Promise))
    const { value } = await session.run({ size: 1000, width: 16, seed: 5 })
    expect(value).toBe(sumOf(1000, 5, (one) => one + 1))
    expect(most).toBe(16)
  })
})

describe('barOf()', () => {
  it.each([
    [0, '[........................]'],
    [0.5, '[############............]'],
    [2, '[########################]'],
  ])('draws %d', (fraction, bar) => {
    expect(barOf(fraction)).toBe(bar)
  })
})

describe('durationOf()', () => {
  it('prints minutes and seconds', () => {
    expect([durationOf(4200), durationOf(61_000)]).toEqual(['4 s', '1 min 1 s'])
  })
})
