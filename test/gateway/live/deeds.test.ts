import { describe, expect, it } from 'vitest'
import { Allowance } from '../../../src/gateway/limits/allowance.js'
import { createTotals } from '../../../src/gateway/limits/live-totals.js'
import { type Asking, Deeds } from '../../../src/gateway/live/deeds.js'

const WATCH: Asking = { frame: { kind: 'watch', id: 1, to: 'x' }, bytes: 1000 }
const CALL: Asking = { frame: { kind: 'call', id: 1, to: 'x', method: 'x', args: [] }, bytes: 100 }
const DEED = { owes: true, credit: () => undefined, end: () => undefined }

function start(calls = 1) {
  const totals = createTotals(
    { calls: new Allowance(calls), held: new Allowance(100) },
    { maxLiveConnections: 1, maxSubscriptions: 1, maxLiveQueueBytes: 1 },
  )
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
      { ...WATCH, frame: { ...WATCH.frame, id: 2 } },
      () => deed,
      () => undefined,
    )
    expect([deeds.owesAnything, totals.calls.hasRoom(), totals.subscriptions.hasRoom()]).toEqual([true, false, false])
    expect(() =>
      deeds.begin(
        { ...WATCH, frame: { ...WATCH.frame, id: 3 } },
        () => deed,
        () => undefined,
      ),
    ).toThrow(/2 calls, streams and subscriptions/)
    deeds.endAll()
    expect([ended, deeds.owesAnything, totals.calls.hasRoom(), totals.subscriptions.hasRoom()]).toEqual([2, false, true, true])
  })

  it('holds no more bytes of calls than may be held for all, and gives them back once', () => {
    const { deeds, totals } = start(2)
    const begin = (id: number, bytes: number) =>
      deeds.begin(
        { frame: { ...CALL.frame, id }, bytes },
        () => DEED,
        () => undefined,
      )
    begin(1, 60)
    expect(() => begin(2, 41)).toThrow('the gateway may hold 100 bytes of requests at a time')
    begin(2, 40)
    deeds.end(1)
    deeds.end(1)
    expect([totals.held.hasRoom(60), totals.held.hasRoom(61)]).toEqual([true, false])
    deeds.endAll()
    expect([totals.held.hasRoom(100), totals.held.hasRoom(101)]).toEqual([true, false])
  })
})
