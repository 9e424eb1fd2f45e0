import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advertise } from '../../../src/exchange/routes/advertisement.js'
import type { Behind } from '../../../src/exchange/routes/link-state.js'
import type { Route } from '../../../src/exchange/routes/route.js'
import { NO_ROUTES, type Routes } from '../../../src/exchange/routes/routes.js'
import { hearTelling, type Telling, tell, tellClient } from '../../../src/exchange/routes/telling.js'

const route = (next: string, distance: number, ...crossed: string[]): Route => ({ next, group: crossed[0] ?? '', distance, crossed })

/** Routes of a server that is in group `''` and in `'g'`. */
function routesOf(entries: readonly [string, Route][], inside: readonly [string, Route][] = []): Routes {
  const within = [...inside, ...entries.filter(([, { crossed }]) => crossed.length === 1 && crossed[0] === '')]
  return { all: new Map(entries), within: new Map([['', new Map(within)]]) }
}

const SOME = routesOf(
  [
    ['y', route('s', 2, '', 'h')],
    ['x', route('s', 2, '')],
    ['z', route('b', 2, 'g', 'h')],
    ['both', route('b', 1, 'g')],
    ['bridge', route('bridge', 1, '')],
    ['last', route('s', 32, '')],
  ],
  [['both', route('s', 3, '')]],
)

describe('advertise()', () => {
  it('advertise() says in a group what is behind by ways that have not crossed it, in one order', () => {
    expect(advertise(SOME, '').map(({ origin, distance, crossed }) => [origin, distance, crossed])).toEqual([
      ['both', 1, ['g']],
      ['z', 2, ['g', 'h']],
    ])
    expect(advertise(SOME, 'g').map(({ origin }) => origin)).toEqual(['bridge', 'x', 'y'])
    expect(advertise(SOME, 'h').map(({ origin }) => origin)).toEqual(['both', 'bridge', 'x'])
  })
})

describe('tell()', () => {
  it('tell() gives each way as seen beyond the group, and the one that stays in it besides', () => {
    expect(tell('', NO_ROUTES, SOME)).toEqual({
      came: [
        { origin: 'y', distance: 2, crossed: ['h'], next: 's' },
        { origin: 'x', distance: 2, crossed: [], next: 's' },
        { origin: 'z', distance: 2, crossed: ['g', 'h'], next: 'b' },
        { origin: 'both', distance: 3, crossed: [], next: 's' },
        { origin: 'both', distance: 1, crossed: ['g'], next: 'b' },
        { origin: 'bridge', distance: 1, crossed: [], next: 'bridge' },
      ],
      went: [],
    })
  })

  it('tellClient() tells most clients the very same, and none of what goes through itself', () => {
    const telling = tell('', NO_ROUTES, SOME)
    expect(tellClient(telling, 'bridge')).toBe(telling)
    const behindBridge = tell('', SOME, routesOf([...SOME.all, ['z', route('bridge', 2, '', 'h')]], [['both', route('s', 3, '')]]))
    expect(behindBridge.came).toMatchObject([{ origin: 'z', next: 'bridge' }])
    expect(tellClient(behindBridge, 'other')).toBe(behindBridge)
    expect(tellClient(behindBridge, 'bridge')).toEqual({ came: [], went: ['z'] })
  })

  it('hearTelling() of all that was told is what would be told now', () => {
    const origin = fc.constantFrom('x', 'y', 'z')
    const crossed = fc.constantFrom([''], ['', 'h'], ['g'], ['g', 'h'])
    const entry = fc.tuple(
      origin,
      fc.record({ next: fc.constantFrom('client', 's', 'b'), distance: fc.constantFrom(2, 3, 4, 32), crossed }),
    )
    const table = fc
      .array(entry, { maxLength: 4 })
      .map((entries) => routesOf(entries.map(([id, { next, distance, crossed: all }]) => [id, route(next, distance, ...all)])))
    const client = (telling: Telling): Telling => tellClient(telling, 'client')
    fc.assert(
      fc.property(fc.array(table, { minLength: 1, maxLength: 8 }), (tables) => {
        let before = NO_ROUTES
        let behind: readonly Behind[] = []
        for (const after of tables) {
          behind = hearTelling(behind, client(tell('', before, after)))
          before = after
        }
        const now = hearTelling([], client(tell('', NO_ROUTES, before)))
        const sorted = (list: readonly Behind[]): string[] => list.map((one) => JSON.stringify(one)).sort()
        expect(sorted(behind)).toEqual(sorted(now))
        expect(tell('', before, before)).toEqual({ came: [], went: [] })
      }),
    )
  })
})
