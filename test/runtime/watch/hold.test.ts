import { describe, expect, it } from 'vitest'
import { decideHold, type Hold, type HoldDecision } from '../../../src/runtime/watch/hold.js'

const LIMITS = { warnMs: 1000, endMs: Number.POSITIVE_INFINITY }

/** Looks at these moments, one after the other, at a thread that has been held since 100. */
function looks(moments: readonly (readonly [nowMs: number, lateMs?: number])[], limits = LIMITS): readonly HoldDecision[] {
  let hold: Hold | null = null
  return moments.map(([nowMs, lateMs = 0]) => {
    const decision = decideHold(hold, { sinceMs: 100, nowMs, lateMs }, limits)
    hold = decision.hold
    return decision
  })
}

const acts = (...given: Parameters<typeof looks>): readonly string[] => looks(...given).map(({ act }) => act)

describe('decideHold()', () => {
  it('knows of no hold while the event loop comes round', () => {
    expect(decideHold(null, { sinceMs: 0, nowMs: 5000, lateMs: 0 }, LIMITS)).toEqual({ hold: null, act: 'none', heldMs: 0 })
    const known = looks([[2000]])[0]?.hold ?? null
    expect(decideHold(known, { sinceMs: 0, nowMs: 5000, lateMs: 0 }, LIMITS).hold).toBeNull()
  })

  it('warns once the limit has passed, and again at twice the time', () => {
    expect(acts([[600], [1099], [1100], [1600], [2099], [2100], [4000], [4100], [8099], [8100]])).toEqual(
      ['none', 'none', 'warn', 'none', 'none', 'warn', 'none', 'warn', 'none', 'warn'], // biome-ignore format: a line for a row
    )
  })

  it('says nothing twice of what it has seen late', () => {
    expect(acts([[9100], [9600], [16_099], [16_100]])).toEqual(['warn', 'none', 'none', 'warn'])
  })

  it('begins anew with another hold', () => {
    const known = looks([[2000]])[0]?.hold ?? null
    const next = decideHold(known, { sinceMs: 2500, nowMs: 3000, lateMs: 0 }, LIMITS)
    expect(next).toMatchObject({ act: 'none', heldMs: 500, hold: { said: false } })
  })

  it('blames nobody for the time in which the watcher itself did not run', () => {
    // All of it: the process was paused.
    expect(looks([[10_100, 9700]])[0]).toMatchObject({ act: 'none', heldMs: 300 })
    // Some of it: what goes on afterwards counts.
    expect(looks([[600], [10_100, 9000], [10_600], [11_100]]).map(({ heldMs }) => heldMs)).toEqual([500, 1000, 1500, 2000])
    // Not more than all of it.
    expect(looks([[600, 4000], [1100]]).map(({ heldMs }) => heldMs)).toEqual([0, 500])
  })

  it('ends a thread once, and only when it was asked to', () => {
    const limits = { warnMs: 1000, endMs: 3000 }
    expect(acts([[1100], [2100], [3100], [3600], [9000]], limits)).toEqual(['warn', 'warn', 'end', 'none', 'none'])
    expect(acts([[1_000_100]])).toEqual(['warn'])
    expect(acts([[3100]], { ...limits, warnMs: Number.POSITIVE_INFINITY })).toEqual(['end'])
  })
})
