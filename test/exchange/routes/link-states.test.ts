import { describe, expect, it } from 'vitest'
import type { Role } from '../../../src/exchange/protocol/hello.js'
import type { Behind, LinkState } from '../../../src/exchange/routes/link-state.js'
import { type Heard, LinkStates } from '../../../src/exchange/routes/link-states.js'
import { routes } from '../../../src/exchange/routes/routes.js'

const report = (process: string, given: Partial<LinkState> = {}): LinkState => ({
  process,
  incarnation: 1,
  number: 1,
  servers: [],
  clients: [],
  behind: [],
  ...given,
})

function joined(role: Role, limits = {}): LinkStates {
  const states = new LinkStates('self', { processes: 3, neighbors: 3, behind: 2, ...limits })
  states.join('', role)
  states.report('', report('self', { number: 5, servers: ['a'] }))
  return states
}

describe('LinkStates', () => {
  it.each<[string, Partial<LinkState>, Heard['kind']]>([
    ['a higher number', { number: 4 }, 'later'],
    ['a later life with a lower number', { incarnation: 2, number: 1 }, 'later'],
    ['the same number', { number: 3 }, 'old'],
    ['a lower number', { number: 2 }, 'old'],
    ['an earlier life with a higher number', { incarnation: 0, number: 9 }, 'old'],
  ])('hear() takes the latest report: %s', (_, given, kind) => {
    const states = joined('server')
    states.hear('', report('a', { number: 3 }))
    const next = report('a', { servers: ['b'], ...given })
    expect(states.hear('', next)).toEqual({ kind })
    expect(states.get('', 'a')?.servers).toEqual(kind === 'later' ? ['b'] : [])
  })

  it('hear() says when others know a later report of this process than it has made', () => {
    const states = joined('server')
    expect(states.hear('', report('self', { number: 5 }))).toEqual({ kind: 'old' })
    expect(states.hear('', report('self', { number: 8 }))).toEqual({ kind: 'own', incarnation: 1, number: 8 })
    expect(states.get('', 'self')?.number).toBe(5)
  })

  const behind = (distance: number, ...crossed: string[]): Partial<LinkState> => ({ behind: [{ origin: 'x', distance, crossed }] })
  it.each<[string, RegExp, string, LinkState]>([
    ['of a group that this process is not in', /group "g"/, 'g', report('a')],
    ['of too many links', /4 links, at most 3/, '', report('a', { servers: ['b', 'c'], clients: ['d', 'e'] })],
    ['of too much behind it', /3 origins .* at most 2/, '', report('a', { behind: new Array<Behind>(3) })],
    ['of one process too many', /more than 3 processes/, '', report('d')],
    ['of something behind it at no distance', /distance 0/, '', report('a', behind(0, 'g'))],
    ['of something behind it beyond the hop limit', /distance 33/, '', report('a', behind(33, 'g'))],
    ['of a way through more groups than links', /leads back/, '', report('a', behind(1, 'g', 'h'))],
    ['of a way that stays in the group', /leads back/, '', report('a', behind(1))],
    ['of a way back into the group', /leads back/, '', report('a', behind(2, 'g', ''))],
  ])('hear() refuses a report %s', (_, fault, group, state) => {
    const states = joined('server')
    for (const process of ['b', 'c']) states.hear('', report(process))
    const heard = states.hear(group, state)
    expect(heard).toMatchObject({ kind: 'refused' })
    expect((heard as { fault: string }).fault).toMatch(fault)
    expect(states.get(group, state.process)).toBeUndefined()
  })

  it('hear() lets a server tell a client of ways within their group and back into it', () => {
    const states = joined('client')
    const told: Behind[] = [
      { origin: 'x', distance: 1, crossed: [] },
      { origin: 'y', distance: 3, crossed: ['g', ''] },
    ]
    expect(states.hear('', report('a', { clients: ['self'], behind: told }))).toEqual({ kind: 'later' })
    expect(routes(states)).toEqual({
      all: new Map([
        ['x', { next: 'a', group: '', distance: 2, crossed: [''] }],
        ['a', { next: 'a', group: '', distance: 1, crossed: [''] }],
        ['y', { next: 'a', group: '', distance: 4, crossed: ['', 'g', ''] }],
      ]),
      within: new Map([
        [
          '',
          new Map([
            ['a', { next: 'a', group: '', distance: 1, crossed: [''] }],
            ['x', { next: 'a', group: '', distance: 2, crossed: [''] }],
          ]),
        ],
      ]),
    })
  })

  it('leave() and forget() take ways away', () => {
    const states = joined('client')
    states.hear('', report('a', { clients: ['self'] }))
    expect(routes(states).all.size).toBe(1)
    states.forget('', 'a')
    expect(routes(states).all.size).toBe(0)
    states.leave('')
    expect(routes(states).within.size).toBe(0)
  })

  it('ways end at the hop limit', () => {
    const states = new LinkStates('p0', { processes: 100, neighbors: 2, behind: 1 })
    states.join('', 'server')
    const name = (index: number) => `p${index}`
    for (let i = 0; i < 40; i++) {
      const state = report(name(i), {
        servers: [name(i - 1), name(i + 1)],
        behind: [{ origin: `beyond ${i}`, distance: 2, crossed: ['g'] }],
      })
      if (i === 0) states.report('', state)
      else states.hear('', state)
    }
    const { all } = routes(states)
    expect(all.get('p32')).toMatchObject({ next: 'p1', distance: 32 })
    expect(all.has('p33')).toBe(false)
    expect(all.get('beyond 30')).toMatchObject({ next: 'p1', distance: 32 })
    expect(all.has('beyond 31')).toBe(false)
  })
})
