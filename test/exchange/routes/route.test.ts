import { describe, expect, it } from 'vitest'
import { isBetter, isSameRoute, type Route, routeChanges } from '../../../src/exchange/routes/route.js'

const route = (next: string, given: Partial<Route> = {}): Route => ({ next, group: '', distance: 2, crossed: [''], ...given })

describe('isBetter()', () => {
  it('isBetter() puts ways into one order: distance, groups crossed, named or not, neighbor, group, which groups', () => {
    const ordered = [
      route('z', { distance: 1, crossed: ['g', 'h'] }),
      route('b', { group: 'g', crossed: ['g'] }),
      route('b', { group: 'h', crossed: ['h'] }),
      route('a'),
      route('b'),
      route('a', { crossed: ['', 'g'] }),
      route('a', { crossed: ['', 'h'] }),
      route('a', { distance: 3 }),
    ]
    for (const [index, one] of ordered.entries()) {
      for (const [place, other] of ordered.entries()) expect(isBetter(one, other)).toBe(index < place)
    }
  })
})

describe('isSameRoute()', () => {
  it('isSameRoute() compares all of a way', () => {
    expect([isSameRoute(undefined, undefined), isSameRoute(route('a'), route('a'))]).toEqual([true, true])
    const others = [
      undefined,
      route('b'),
      route('a', { group: 'g' }),
      route('a', { distance: 3 }),
      route('a', { crossed: ['g'] }),
      route('a', { crossed: ['', 'g'] }),
    ]
    for (const other of others) expect(isSameRoute(route('a'), other)).toBe(false)
  })
})

describe('routeChanges()', () => {
  it('routeChanges() tells what came, what went, and what goes another way; a longer way by the same link is the same', () => {
    const before = new Map([
      ['went', route('a')],
      ['same', route('a')],
      ['farther', route('a')],
      ['neighbor', route('a')],
      ['group', route('a')],
    ])
    const after = new Map([
      ['came', route('a')],
      ['same', route('a')],
      ['farther', route('a', { distance: 3 })],
      ['neighbor', route('b')],
      ['group', route('a', { group: 'g' })],
    ])
    expect(routeChanges(before, after)).toEqual({ reached: ['came'], lost: ['went'], moved: ['neighbor', 'group'] })
    expect(routeChanges(after, after)).toEqual({ reached: [], lost: [], moved: [] })
  })
})
