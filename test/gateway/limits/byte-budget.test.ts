import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteBudget } from '../../../src/gateway/limits/byte-budget.js'

describe('ByteBudget', () => {
  it('drops who keeps most when it is too much for all, and nobody else', () => {
    const budget = new ByteBudget(100)
    const dropped: string[] = []
    const [small, large, other] = ['small', 'large', 'other'].map((name) => budget.open(() => dropped.push(name)))
    small?.set(20)
    large?.set(60)
    expect([budget.isTight, dropped]).toEqual([true, []])
    other?.set(30)
    expect([budget.bytes, budget.isTight, dropped]).toEqual([50, false, ['large']])
    large?.set(1000)
    small?.set(10)
    other?.close()
    expect([budget.bytes, dropped]).toEqual([10, ['large']])
  })

  it('drops who alone takes more than all may', () => {
    const budget = new ByteBudget(100)
    const dropped: string[] = []
    budget.open(() => dropped.push('one')).set(101)
    expect([budget.bytes, dropped]).toEqual([0, ['one']])
  })

  it('never keeps more than it may, and adds up', () => {
    const step = fc.record({ who: fc.nat(4), bytes: fc.nat(60) })
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const budget = new ByteBudget(100)
        const shares = Array.from({ length: 5 }, () => budget.open(() => undefined))
        for (const { who, bytes } of steps) {
          shares[who]?.set(bytes)
          expect(budget.bytes).toBeLessThanOrEqual(100)
          expect(budget.bytes).toBe(shares.reduce((sum, share) => sum + share.bytes, 0))
        }
      }),
    )
  })
})
