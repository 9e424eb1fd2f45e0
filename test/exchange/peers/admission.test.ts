import { expect, it } from 'vitest'
import { Admission } from '../../../src/exchange/peers/admission.js'
import { VirtualTime } from '../../../src/testing/virtual-time.js'

const enter = (admission: Admission, times: number): number => Array.from({ length: times }, () => admission.enter()).filter(Boolean).length

it('enter() lets in as many as may be pending, and more as these leave', () => {
  const admission = new Admission({ pending: 3, perSecond: 100 }, new VirtualTime(0))
  expect(enter(admission, 5)).toBe(3)
  admission.leave()
  expect(enter(admission, 5)).toBe(1)
  expect([admission.pending, admission.turnedAway]).toEqual([3, 6])
})

it('enter() lets in so many a second, however fast these leave, and no more after a long time', () => {
  const time = new VirtualTime(0)
  const admission = new Admission({ pending: 10, perSecond: 4 }, time)
  const rush = (): number => {
    let entered = 0
    for (; admission.enter(); entered++) admission.leave()
    return entered
  }
  expect(rush()).toBe(4)
  time.moveTo(500)
  expect(rush()).toBe(2)
  time.moveTo(60_000)
  expect(rush()).toBe(4)
})
