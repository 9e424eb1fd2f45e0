import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decidePlacement, type ThreadLoad } from '../../src/runtime/threads/placement.js'

const load = (slot: number, placed: number, queued = 0): ThreadLoad => ({ slot, placed, queued })

describe('decidePlacement()', () => {
  it.each<[string, readonly ThreadLoad[], number]>([
    ['takes thread 0 where there is no other', [], 0],
    ['takes the only one', [load(1, 9)], 1],
    ['takes the one with the fewest actors', [load(1, 2), load(2, 1), load(3, 3)], 2],
    ['takes, of equally many actors, the one with the shortest queues', [load(1, 1, 5), load(2, 1, 4), load(3, 2, 0)], 2],
    ['takes, of equal ones, the lowest number', [load(3, 1, 1), load(1, 1, 1), load(2, 1, 1)], 1],
  ])('decidePlacement() %s', (_, loads, slot) => {
    expect(decidePlacement(loads)).toBe(slot)
  })

  it('decidePlacement() never takes a thread when another has fewer actors, in whatever order they come', () => {
    const loads = fc.uniqueArray(fc.record({ slot: fc.integer({ min: 1, max: 50 }), placed: fc.nat(9), queued: fc.nat(9) }), {
      selector: ({ slot }) => slot,
      minLength: 1,
    })
    fc.assert(
      fc.property(loads, (given) => {
        const chosen = given.find(({ slot }) => slot === decidePlacement(given))
        expect(chosen?.placed).toBe(Math.min(...given.map(({ placed }) => placed)))
        expect(decidePlacement([...given].reverse())).toBe(chosen?.slot)
      }),
    )
  })
})
