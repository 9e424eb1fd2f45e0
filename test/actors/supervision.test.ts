import { describe, expect, it, vi } from 'vitest'
import type { FailurePlace, SupervisionSettings } from '../../src/actors/actor-options.js'
import { decideFailure, decideRestart } from '../../src/actors/kernel/supervision.js'
import { DEFAULT_SUPERVISION } from '../../src/actors/options.js'

const settings = (given: Partial<SupervisionSettings>): SupervisionSettings => ({ ...DEFAULT_SUPERVISION, ...given })
const random = { next: () => 0.5 }
const PLACES: readonly FailurePlace[] = ['setup', 'method', 'timer', 'listener', 'child', 'thread']

describe('decideFailure()', () => {
  it.each(['restart', 'stop', 'escalate', 'resume'] as const)(
    'decideFailure() of %s resumes after a method and does it after all else',
    (what) => {
      const decisions = PLACES.map((where) => decideFailure(settings({ onFailure: what }), new Error('x'), where))
      expect(decisions).toEqual(PLACES.map((where) => (where === 'method' ? 'resume' : what)))
    },
  )

  it('decideFailure() asks a function about everything, methods too', () => {
    const onFailure = vi.fn(() => 'stop' as const)
    const error = new Error('x')
    for (const where of PLACES) expect(decideFailure(settings({ onFailure }), error, where)).toBe('stop')
    expect(onFailure.mock.calls).toEqual(PLACES.map((where) => [error, where]))
  })

  it.each([['text'], [undefined], [Symbol('s')], [Object.create(null)], [{ toString: () => Object.create(null) }]])(
    'decideFailure() gives its function an Error whatever was thrown (%#)',
    (thrown) => {
      const seen: unknown[] = []
      const onFailure = (error: Error) => {
        seen.push(error)
        return 'stop' as const
      }
      expect(decideFailure(settings({ onFailure }), thrown, 'timer')).toBe('stop')
      expect(seen[0]).toBeInstanceOf(Error)
      expect((seen[0] as Error).cause).toBe(thrown)
    },
  )
})

describe('decideRestart()', () => {
  it('decideRestart() restarts at once, then backs off, then escalates when the budget is spent', () => {
    const earlier: number[] = []
    const some = settings({ budget: { restarts: 4, withinMs: 1000 } })
    const decisions = [0, 1, 2, 3, 4].map((now) => decideRestart(some, earlier, now, random))
    expect(decisions).toEqual([
      { kind: 'restart', delayMs: 0 },
      { kind: 'restart', delayMs: 100 },
      { kind: 'restart', delayMs: 200 },
      { kind: 'restart', delayMs: 400 },
      { kind: 'escalate' },
    ])
  })

  it('decideRestart() forgets what is withinMs old', () => {
    const some = settings({ budget: { restarts: 2, withinMs: 1000 } })
    const earlier = [0, 500]
    expect(decideRestart(some, earlier, 999, random)).toEqual({ kind: 'escalate' })
    expect(decideRestart(some, earlier, 1000, random)).toEqual({ kind: 'restart', delayMs: 100 })
    expect(earlier).toEqual([500, 1000])
  })

  it('decideRestart() with a budget of 0 restarts never', () => {
    expect(decideRestart(settings({ budget: { restarts: 0, withinMs: 1000 } }), [], 0, random)).toEqual({ kind: 'escalate' })
  })
})
