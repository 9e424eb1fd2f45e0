import { describe, expect, it } from 'vitest'
import { Lookout } from '../../../src/exchange/transports/lookout.js'

/** An event loop whose turns take 10 microseconds each. */
function eventLoop(stepMs = 0.01) {
  const turns: (() => void)[] = []
  let nowMs = 500
  const clock = { now: () => nowMs }
  const lookout = new Lookout({ clock, scheduler: { macrotask: (run) => void turns.push(run) } })
  const turn = (): boolean => {
    nowMs += stepMs
    const due = turns.splice(0)
    for (const run of due) run()
    return due.length > 0
  }
  /** How many turns it keeps the loop awake for. */
  const rest = (): number => {
    let count = 0
    while (turn()) if (++count > 5000) throw new Error('it never rests')
    return count
  }
  return { lookout, turn, rest }
}

describe('Lookout', () => {
  it('looks on for a while after something has come, then rests', () => {
    const { lookout, rest } = eventLoop()
    expect(rest()).toBe(0)
    lookout.came()
    expect(rest()).toBeGreaterThan(10)
    expect(rest()).toBe(0)
  })

  it('looks on as long as something comes', () => {
    const { lookout, turn, rest } = eventLoop()
    lookout.came()
    for (let i = 0; i < 100; i++) {
      expect(turn()).toBe(true)
      if (i % 10 === 0) lookout.came()
    }
    rest()
    lookout.came()
    expect(rest()).toBeGreaterThan(10)
  })

  it('looks on the less often the more often nothing followed, and as often as ever once something did', () => {
    const { lookout, turn, rest } = eventLoop()
    const windows = (count: number): number => {
      let looked = 0
      for (let i = 0; i < count; i++) {
        lookout.came()
        if (rest() > 0) looked++
      }
      return looked
    }
    expect(windows(1000)).toBeLessThan(14)
    for (let i = 0; i < 256; i++) {
      lookout.came()
      if (!turn()) continue
      lookout.came()
      break
    }
    rest()
    expect(windows(1)).toBe(1)
  })

  it('rests although the clock stands still', () => {
    const { lookout, rest } = eventLoop(0)
    lookout.came()
    expect(rest()).toBeLessThan(5000)
  })
})
