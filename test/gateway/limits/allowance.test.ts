import { describe, expect, it } from 'vitest'
import { Allowance, tryTake } from '../../../src/gateway/limits/allowance.js'

describe('tryTake()', () => {
  it('takes one of each or none, and gives back once', () => {
    const [one, two] = [new Allowance(1), new Allowance(2)]
    const giveBack = tryTake([one, two])
    expect([tryTake([one, two]), one.hasRoom(), two.hasRoom()]).toEqual([undefined, false, true])
    giveBack?.()
    giveBack?.()
    expect([one.hasRoom(), two.hasRoom(2), two.hasRoom(3)]).toEqual([true, true, false])
  })

  it('asks those who yield, only when there is no room, until they are asked no more', () => {
    const allowance = new Allowance(1)
    const held = [tryTake([allowance])]
    let asked = 0
    const stop = allowance.onShort(() => {
      asked++
      const giveBack = held.pop()
      giveBack?.()
      return giveBack !== undefined
    })
    expect([tryTake([allowance]) === undefined, tryTake([allowance]) === undefined, asked]).toEqual([false, true, 2])
    stop()
    expect([tryTake([allowance]), asked]).toEqual([undefined, 2])
  })
})
