import { expect, it } from 'vitest'
import { OwnLife } from '../../../src/exchange/bridge/own-life.js'

const id = 'a'.repeat(32)
const DAY_MS = 86_400_000
const life = (incarnation: number, wallMs: number): OwnLife => new OwnLife({ id, incarnation }, { wall: () => wallMs })

it('renew() takes the number above that of a later life, or above its own', () => {
  const one = life(100, 100)
  expect([one.renew(500), one.name]).toEqual([undefined, { id, incarnation: 501 }])
  expect([one.renew(20), one.name.incarnation]).toEqual([undefined, 502])
})

it('renew() believes nobody who tells of a start more than a day ahead', () => {
  const one = life(1000, 1000)
  expect(one.renew(1000 + DAY_MS)).toContain('more than a day ahead')
  expect(one.name.incarnation).toBe(1000)
  expect(one.renew(999 + DAY_MS)).toBeUndefined()
  expect(one.name.incarnation).toBe(1000 + DAY_MS)
})

it('renew() gives up when there is no end of it: somebody else uses the id', () => {
  const one = life(0, 0)
  const faults = Array.from({ length: 9 }, (_, i) => one.renew(i * 10))
  expect(faults.slice(0, 8)).toEqual(new Array(8).fill(undefined))
  expect(faults[8]).toContain('give each its own')
})
