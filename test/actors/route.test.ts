import { describe, expect, it } from 'vitest'
import type { Route } from '../../src/actors/actor-options.js'
import { decideRoute } from '../../src/actors/pool/route.js'
import { seededRandom } from '../../src/base/random.js'

const message = { method: 'm', args: ['k'] }
const seats = (...busy: number[]) => busy.map((one) => ({ busy: one }))
const decide = (route: Route, busy: number[], turn = 0) => decideRoute(route, seats(...busy), turn, message, seededRandom(1))

describe('decideRoute()', () => {
  it('decideRoute() has nobody for a message where there is no worker', () => {
    for (const route of ['idle', 'round-robin', 'random', 'least-busy', { hash: () => 'k' }] as const) expect(decide(route, [])).toBe(-1)
  })

  it('decideRoute() of idle takes the first without work, or nobody', () => {
    expect([decide('idle', [1, 0, 0]), decide('idle', [1, 2])]).toEqual([1, -1])
  })

  it('decideRoute() of round-robin goes round', () => {
    expect([0, 1, 2, 3, 4].map((turn) => decide('round-robin', [9, 9, 9], turn))).toEqual([0, 1, 2, 0, 1])
  })

  it('decideRoute() of least-busy takes the first with the least work', () => {
    expect([decide('least-busy', [2, 1, 1]), decide('least-busy', [0, 0])]).toEqual([1, 0])
  })

  it('decideRoute() of random reaches every worker', () => {
    const random = seededRandom(5)
    const seen = new Set(Array.from({ length: 100 }, () => decideRoute('random', seats(0, 0, 0), 0, message, random)))
    expect([...seen].sort()).toEqual([0, 1, 2])
  })

  it('decideRoute() of a hash sends equal keys to the same worker and different ones to all', () => {
    const of = (key: string) => decide({ hash: () => key }, [0, 0, 0, 0])
    expect(of('a')).toBe(of('a'))
    const all = new Set(Array.from({ length: 64 }, (_, i) => of(`key ${i}`)))
    expect([...all].sort()).toEqual([0, 1, 2, 3])
  })

  it('decideRoute() gives its hash the method and the arguments', () => {
    const seen: unknown[] = []
    decide({ hash: (...call: unknown[]) => String(seen.push(call)) }, [0])
    expect(seen).toEqual([['m', ['k']]])
  })
})
