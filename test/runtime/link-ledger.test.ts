import { describe, expect, it } from 'vitest'
import type { ThreadKey } from '../../src/base/ids.js'
import { WayCount } from '../../src/runtime/links/way-count.js'
import { LinkLedger } from '../../src/runtime/threads/link-ledger.js'

const key = (text: string): ThreadKey => text as ThreadKey

/** A ledger, and what a link counts that sends and takes so many. */
function makeLedger() {
  const ledger = new LinkLedger()
  const carry = (from: string, to: string, sent: number, taken: number): WayCount => {
    const count = new WayCount(ledger.open(key(from), key(to)))
    for (let i = 0; i < sent; i++) count.addSent()
    for (let i = 0; i < taken; i++) count.addTaken()
    return count
  }
  return { ledger, carry }
}

describe('LinkLedger', () => {
  it('LinkLedger totals tells what each thread sent each other', () => {
    const { ledger, carry } = makeLedger()
    carry('0', '1', 5, 3)
    const back = carry('1', '0', 2, 1)
    back.takeBackSent()
    expect(ledger.totals).toEqual([
      { from: 0, to: 1, sent: 5, taken: 3, lost: 0 },
      { from: 1, to: 0, sent: 1, taken: 1, lost: 0 },
    ])
  })

  it('LinkLedger ended() returns what came into a slot less what left it, over all its lives', () => {
    const { ledger, carry } = makeLedger()
    carry('0', '1', 5, 3)
    carry('1', '0', 7, 7)
    expect(ledger.ended(key('1'))).toBe(3 - 7)
    carry('0', '1-1', 10, 9)
    carry('2', '1-1', 4, 4)
    expect(ledger.ended(key('1-1'))).toBe(3 - 7 + 9 + 4)
  })

  it('LinkLedger ended() leaves it to the thread that lives to settle; of two that have ended it settles itself', () => {
    const { ledger, carry } = makeLedger()
    const there = carry('1', '2', 6, 4)
    const back = carry('2', '1', 3, 0)
    ledger.ended(key('1'))
    expect([there.lost, back.lost]).toEqual([0, 0])
    ledger.ended(key('2'))
    expect([there.lost, back.lost]).toEqual([2, 3])
    // Whoever settles, and however often, it is the same.
    there.settle()
    expect(ledger.totals).toEqual([
      { from: 1, to: 2, sent: 6, taken: 4, lost: 2 },
      { from: 2, to: 1, sent: 3, taken: 0, lost: 3 },
    ])
  })

  it('LinkLedger keeps no more than sums of links that the thread that lives has settled', () => {
    const { ledger, carry } = makeLedger()
    let flow = 0
    for (let life = 0; life < 3; life++) {
      const there = carry('0', `1-${life}`, 5, 3)
      const back = carry(`1-${life}`, '0', 7, 7)
      flow += 3 - 7
      expect(ledger.ended(key(`1-${life}`))).toBe(flow)
      for (const way of [there, back]) way.settle()
    }
    carry('0', '1-3', 1, 1)
    expect(ledger.size).toBe(1)
    expect(ledger.totals).toEqual([
      { from: 0, to: 1, sent: 16, taken: 10, lost: 6 },
      { from: 1, to: 0, sent: 21, taken: 21, lost: 0 },
    ])
    // What thread 0 took in and sent counts when it ends, whenever the links were over.
    expect(ledger.ended(key('0'))).toBe(21 - 16)
  })

  it('LinkLedger totals adds up all lives of a slot, over or not', () => {
    const { ledger, carry } = makeLedger()
    carry('1', '2', 6, 4)
    for (const thread of ['1', '2']) ledger.ended(key(thread))
    carry('1-1', '2-1', 10, 10)
    expect(ledger.totals).toEqual([{ from: 1, to: 2, sent: 16, taken: 14, lost: 2 }])
  })
})
