import { availableParallelism } from 'node:os'
import { describe, expect, it } from 'vitest'
import { parseCpuMax, usableCores } from '../../src/runtime/threads/usable-cores.js'

describe('parseCpuMax()', () => {
  it.each<[string | undefined, number | undefined]>([
    ['150000 100000\n', 1.5],
    ['50000 100000', 0.5],
    ['max 100000\n', undefined],
    ['', undefined],
    ['garbage', undefined],
    [undefined, undefined],
  ])('parseCpuMax() of %o is %o', (text, cores) => {
    expect(parseCpuMax(text)).toBe(cores)
  })
})

it('usableCores() is a whole number from 1 to what the system offers', () => {
  const cores = usableCores()
  expect(Number.isInteger(cores)).toBe(true)
  expect(cores).toBeGreaterThanOrEqual(1)
  expect(cores).toBeLessThanOrEqual(availableParallelism())
})
