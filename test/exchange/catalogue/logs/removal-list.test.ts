import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Removal } from '../../../../src/exchange/catalogue/logs/log-update.js'
import { RemovalList } from '../../../../src/exchange/catalogue/logs/removal-list.js'

describe('RemovalList', () => {
  it('RemovalList remembers all removals after its reach, the last half of its limit among them, and never more than its limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 50 }), (limit, gaps) => {
        const list = new RemovalList(limit)
        const all: Removal[] = []
        for (const gap of gaps) {
          const removal: Removal = { number: (all.at(-1)?.number ?? 1) + gap, created: 1, reason: 'stopped' }
          all.push(removal)
          list.add(removal)
          const kept = list.since(list.reach)
          expect(kept).toEqual(all.filter(({ number }) => number > list.reach))
          expect(kept.length).toBeLessThanOrEqual(limit)
          expect(kept.length).toBeGreaterThanOrEqual(Math.min(all.length, limit >> 1))
        }
        list.restart(1000)
        expect([list.reach, list.since(1000)]).toEqual([1000, []])
      }),
    )
  })
})
