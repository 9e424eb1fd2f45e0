import { describe, expect, it } from 'vitest'
import { COUNTER_BYTES, Counters } from '../../../src/actors/kernel/counters.js'
import { newWayMemory, WayCount } from '../../../src/runtime/links/way-count.js'
import { type PairMemory, TallyBook, TallySource } from '../../../src/runtime/processes/tally.js'

const FRAMES = 1

function newPair(): PairMemory & { readonly out: WayCount; readonly in: WayCount } {
  const memory = { outgoing: newWayMemory(), incoming: newWayMemory() }
  return { ...memory, out: new WayCount(memory.outgoing), in: new WayCount(memory.incoming) }
}

/** A process that counts, and what other threads see of that. */
function scene() {
  const [own, shared] = [new SharedArrayBuffer(COUNTER_BYTES), new SharedArrayBuffer(COUNTER_BYTES)]
  const [source, book] = [new TallySource(own), new TallyBook(shared)]
  const [here, there] = [newPair(), newPair()]
  source.open(FRAMES, here)
  book.open(FRAMES, there)
  const tell = (): boolean => {
    const tally = source.take()
    if (tally !== undefined) book.write(structuredClone(tally))
    return tally !== undefined
  }
  return { counters: new Counters(own), seen: new Counters(shared), source, book, here, there, tell }
}

describe('a tally', () => {
  it('shows what was counted where others read, and is not made when nothing was', () => {
    const { counters, seen, here, there, tell } = scene()
    expect(tell()).toBe(false)
    counters.sent()
    counters.dropped('expired')
    here.out.addSent()
    here.in.addTaken()
    expect(tell()).toBe(true)
    expect(seen.read()).toMatchObject({ sent: 1, dropped: expect.objectContaining({ expired: 1 }) })
    expect([there.out.sent, there.in.taken]).toEqual([1, 1])
    expect(tell()).toBe(false)
  })

  it('leaves to other threads what they count', () => {
    const { here, there, tell } = scene()
    there.in.addSent()
    there.out.addTaken()
    here.out.addSent()
    tell()
    expect([there.out.sent, there.out.taken, there.in.sent, there.in.taken]).toEqual([1, 1, 1, 0])
  })

  it('tells again of a pair whose counts have changed', () => {
    const { here, there, tell } = scene()
    for (let i = 0; i < 3; i++) {
      here.out.addSent()
      tell()
    }
    here.out.takeBackSent()
    expect(tell()).toBe(true)
    expect(there.out.sent).toBe(2)
  })

  it('settles a pair whose other thread has ended, after all that was taken in from there', () => {
    const { source, here, there, tell } = scene()
    for (let i = 0; i < 5; i++) there.in.addSent()
    for (let i = 0; i < 3; i++) here.in.addTaken()
    for (let i = 0; i < 4; i++) here.out.addSent()
    there.out.addTaken()
    tell()
    expect([there.in.lost, there.out.lost]).toEqual([0, 0])
    source.over(FRAMES)
    expect(tell()).toBe(true)
    expect([there.in.lost, there.out.lost]).toEqual([2, 3])
    here.out.addSent()
    expect(tell()).toBe(false)
  })

  it('goes on from what the threads before had counted in its slot', () => {
    const { seen, book } = scene()
    seen.sent()
    const own = new SharedArrayBuffer(COUNTER_BYTES)
    new Float64Array(own).set(book.counters)
    const next = new TallySource(own)
    expect(next.take()).toBeUndefined()
    new Counters(own).sent()
    book.write(next.take() ?? { counters: new Float64Array(), ways: [] })
    expect(seen.read().sent).toBe(2)
  })

  it('of pairs that nobody knows changes nothing', () => {
    const { book, source, there } = scene()
    const stranger = newPair()
    source.open(99, stranger)
    stranger.out.addSent()
    book.write(source.take() ?? { counters: new Float64Array(), ways: [] })
    expect([there.out.sent, there.in.taken]).toEqual([0, 0])
  })
})
