import { describe, expect, it } from 'vitest'
import { Allowance } from '../../../src/gateway/limits/allowance.js'
import { createTotals } from '../../../src/gateway/limits/live-totals.js'
import { type AskingFrame, Deeds } from '../../../src/gateway/live/deeds.js'

const WATCH: AskingFrame = { kind: 'watch', id: 1, to: 'x' }
const CALL: AskingFrame = { kind: 'call', id: 1, to: 'x', method: 'x', args: [] }
const DEED = { owes: true, credit: () => undefined, end: () => undefined }

function start() {
  const totals = createTotals(new Allowance(1), { maxLiveConnections: 1, maxSubscriptions: 1, maxLiveQueueBytes: 1 })
  return { totals, deeds: new Deeds({ maxOpen: 2, totals }) }
}

describe('Deeds', () => {
  it('a number that was ended may stand for another: what was ended before says nothing of it', () => {
    const { deeds, totals } = start()
    const dones: (() => void)[] = []
    const begin = () =>
      deeds.begin(
        CALL,
        (done) => {
          dones.push(done)
          return DEED
        },
        () => undefined,
      )
    begin()
    deeds.end(1)
    begin()
    dones[0]?.()
    expect([deeds.has(1), totals.calls.hasRoom()]).toEqual([true, false])
    dones[1]?.()
    expect([deeds.has(1), deeds.owesAnything, totals.calls.hasRoom()]).toEqual([false, false, true])
  })

  it('what cannot begin, or is done at once, takes no room', () => {
    const { deeds, totals } = start()
    const failing = () => {
      throw new Error('no')
    }
    expect(() => deeds.begin(WATCH, failing, failing)).toThrow('no')
    let isDone = false
    const atOnce = (done: () => void) => {
      done()
      return DEED
    }
    deeds.begin(CALL, atOnce, () => {
      isDone = true
    })
    expect([isDone, deeds.has(1), totals.calls.hasRoom(), totals.subscriptions.hasRoom()]).toEqual([true, false, true, true])
  })

  it('ends all, and gives back all', () => {
    const { deeds, totals } = start()
    let ended = 0
    const deed = { ...DEED, end: () => void ended++ }
    deeds.begin(
      CALL,
      () => deed,
      () => undefined,
    )
    deeds.begin(
      { ...WATCH, id: 2 },
      () => deed,
      () => undefined,
    )
    expect([deeds.owesAnything, totals.calls.hasRoom(), totals.subscriptions.hasRoom()]).toEqual([true, false, false])
    expect(() =>
      deeds.begin(
        { ...WATCH, id: 3 },
        () => deed,
        () => undefined,
      ),
    ).toThrow(/2 calls, streams and subscriptions/)
    deeds.endAll()
    expect([ended, deeds.owesAnything, totals.calls.hasRoom(), totals.subscriptions.hasRoom()]).toEqual([2, false, true, true])
  })
})
