import { expect, it } from 'vitest'
import { giveUp, newClaim, takeUp } from '../../../src/runtime/offload/claim.js'

it('takeUp() comes first: giving it up is too late, as often as one asks', () => {
  const claim = newClaim()
  expect([takeUp(claim), giveUp(claim), giveUp(claim)]).toEqual([true, false, false])
})

it('giveUp() comes first: the task does not begin, and asking again tells the same', () => {
  const claim = newClaim()
  expect([giveUp(claim), takeUp(claim), giveUp(claim)]).toEqual([true, false, true])
})
