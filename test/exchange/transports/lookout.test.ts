import { describe, expect, it } from 'vitest'
import { Lookout } from '../../../src/exchange/transports/lookout.js'

/** An event loop to which a peer answers: so late when the loop sleeps, so late when it looks on. */
function eventLoop({ asleepMs, lookingMs }: { readonly asleepMs: number; readonly lookingMs: number }) {
  const turns: (() => void)[] = []
  const time = { nowMs: 500 }
  const lookout = new Lookout({ clock: { now: () => time.nowMs }, scheduler: { macrotask: (run) => void turns.push(run) } })
  let looked = 0
  let answers = 0
  /** Calls for so long, one after another. */
  const call = (forMs: number): void => {
    for (const endMs = time.nowMs + forMs; time.nowMs < endMs; ) {
      const isLooking = turns.length > 0
      const answerMs = time.nowMs + (isLooking ? lookingMs : asleepMs)
      while (turns.length > 0 && time.nowMs < answerMs) {
        time.nowMs += 0.002
        for (const run of turns.splice(0)) run()
      }
      time.nowMs = Math.max(time.nowMs, answerMs)
      if (isLooking) looked++
      answers++
      lookout.came(100)
    }
  }
  const shareOf = (forMs: number): number => {
    looked = 0
    answers = 0
    call(forMs)
    return looked / answers
  }
  return { lookout, turns, time, call, shareOf }
}

describe('Lookout', () => {
  it('looks on where answers come the sooner for it', () => {
    const { shareOf } = eventLoop({ asleepMs: 0.05, lookingMs: 0.02 })
    expect(shareOf(10_000)).toBeGreaterThan(0.95)
  })

  it('does not where they come the later for it, or the same', () => {
    for (const lookingMs of [0.05, 0.4]) {
      const { shareOf } = eventLoop({ asleepMs: 0.05, lookingMs })
      expect(shareOf(60_000)).toBeLessThan(0.02)
    }
  })

  it('never where little comes', () => {
    const { shareOf } = eventLoop({ asleepMs: 2, lookingMs: 0.02 })
    expect(shareOf(20_000)).toBe(0)
  })

  it('rests soon after the last answer, although the clock stands still', () => {
    const { call, turns } = eventLoop({ asleepMs: 0.05, lookingMs: 0.02 })
    call(100)
    let count = 0
    while (turns.length > 0) {
      for (const run of turns.splice(0)) run()
      if (++count > 5000) throw new Error('it never rests')
    }
    expect(count).toBeGreaterThan(0)
  })
})
