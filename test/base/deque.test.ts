import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Deque } from '../../src/base/deque.js'

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('push' as const), times: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('shift' as const), times: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('takeAt' as const), index: fc.integer({ min: -1, max: 40 }) }) },
)

/** `takeAt` as it is described: the oldest takes the place of what was taken. */
function takeAt(items: number[], index: number): number | undefined {
  if (index <= 0 || index >= items.length) return items.shift()
  const taken = items[index]
  items[index] = items[0] as number
  items.shift()
  return taken
}

describe('Deque', () => {
  it('Deque does what an array does, through growing and wrapping round', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const deque = new Deque<number>()
        const items: number[] = []
        let next = 0
        for (const one of steps) {
          if (one.kind === 'takeAt') expect(deque.takeAt(one.index)).toBe(takeAt(items, one.index))
          else
            for (let i = 0; i < one.times; i++) {
              if (one.kind === 'push') deque.push(items[items.push(next++) - 1] as number)
              else expect(deque.shift()).toBe(items.shift())
            }
          expect(deque.length).toBe(items.length)
        }
        while (items.length > 0) expect(deque.shift()).toBe(items.shift())
        expect(deque.shift()).toBeUndefined()
      }),
    )
  })
})
