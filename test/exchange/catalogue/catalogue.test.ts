import { describe, expect, it } from 'vitest'
import { Catalogue, type CatalogueLimits, type Learned } from '../../../src/exchange/catalogue/catalogue.js'
import type { LogChange, LogUpdate } from '../../../src/exchange/catalogue/logs/log-update.js'
import { departuresOf, type OriginLoss } from '../../../src/exchange/catalogue/origin.js'
import { processName } from './entries.js'

const LIMITS: CatalogueLimits = {
  origins: 4,
  aside: 2,
  removals: 8,
  recordsPerOrigin: 3,
  groupsPerRecord: 2,
  streamsPerRecord: 2,
  nameBytes: 255,
}
const one = processName(1)
const two = processName(2)
const all = (origin = one) => ({ origin, audience: '*' })
const service = (agent: string, ...groups: string[]) => ({ agent, name: 'clock', groups, streams: [] })
const available = (number: number, ...groups: string[]): LogChange => ({
  kind: 'available',
  number,
  service: service(`0.${number}`, ...groups),
})
const events = (learned: Learned): string[] => ('events' in learned ? learned.events.map(({ kind }) => kind) : [learned.kind])
const create = (limits: Partial<CatalogueLimits> = {}) => new Catalogue(two, { ...LIMITS, ...limits })

describe('Catalogue', () => {
  it('learn() is announced when the origin can be reached, and not before', () => {
    const catalogue = create()
    expect(events(catalogue.learn(all(), available(1, 'g'), ''))).toEqual([])
    expect(catalogue.reach(one.id).map(({ kind }) => kind)).toEqual(['available', 'joined'])
    expect(catalogue.reach(one.id)).toEqual([])
    expect(events(catalogue.learn(all(), available(2), ''))).toEqual(['available'])
    expect(events(catalogue.learn(all(), available(2), ''))).toEqual(['known'])
    expect(catalogue.learn(all(), available(4), '')).toEqual({ kind: 'gap', number: 2, events: [] })
  })

  it('lose() is one event, the newest first, and the return of what was lost costs nothing', () => {
    const catalogue = create()
    catalogue.reach(one.id)
    for (const number of [1, 2]) catalogue.learn(all(), available(number, 'g'), '')
    const hash = catalogue.hash('')
    const loss = catalogue.lose(one.id) as OriginLoss
    expect(loss).toMatchObject({ kind: 'lost', origin: one, reason: 'unreachable' })
    expect(departuresOf(loss).map(({ kind, record }) => `${kind} ${record.agent}`)).toEqual([
      'left 0.2',
      'withdrawn 0.2',
      'left 0.1',
      'withdrawn 0.1',
    ])
    expect(catalogue.lose(one.id)).toBeUndefined()
    expect(catalogue.outOfReach()).toEqual([one.id])
    expect(catalogue.hash('')).toEqual(hash)
    expect(events(catalogue.learn(all(), { kind: 'withdrawn', number: 3, created: 1, reason: 'stopped' }, ''))).toEqual([])
    expect(catalogue.reach(one.id).map(({ record }) => record.agent)).toEqual(['0.2', '0.2'])
  })

  it('learn() of a later life replaces everything, and of an earlier one is refused', () => {
    const catalogue = create()
    catalogue.reach(one.id)
    catalogue.learn(all(), available(1), '')
    catalogue.learn({ origin: one, audience: 'g' }, available(1), 'g')
    const later = processName(1, 2)
    const learned = catalogue.learn(all(later), available(1), '')
    expect(events(learned)).toEqual(['lost', 'available'])
    expect(learned).toMatchObject({ events: [{ reason: 'replaced', origin: one, logs: [{}, {}] }, { log: { origin: later } }] })
    expect(catalogue.learn(all(), available(2), '')).toEqual({ kind: 'stale', incarnation: 2 })
    expect(catalogue.digests('g').map(({ origin, audience }) => [origin, audience])).toEqual([[later, '*']])
    expect(catalogue.since(all(), 0)).toBeUndefined()
    expect(catalogue.since(all(later), 0)).toMatchObject({ kind: 'state', number: 1 })
  })

  it('learn() of a later life by a change in its midst says from where to ask, and what is gone', () => {
    const catalogue = create()
    catalogue.reach(one.id)
    catalogue.learn(all(), available(1), '')
    expect(catalogue.learn(all(processName(1, 2)), available(7), '')).toMatchObject({ kind: 'gap', number: 0, events: [{ kind: 'lost' }] })
  })

  it('meet() forgets the life before, once', () => {
    const catalogue = create()
    expect(catalogue.meet(processName(1, 2))).toEqual([])
    catalogue.learn(all(), available(1), '')
    catalogue.reach(one.id)
    expect(catalogue.meet(one)).toEqual([])
    expect(catalogue.meet(processName(1, 2))).toMatchObject([{ kind: 'lost', reason: 'replaced', logs: [{ records: [{ agent: '0.1' }] }] }])
    expect(catalogue.meet(processName(1, 2))).toEqual([])
    expect(catalogue.learn(all(), available(2), '')).toEqual({ kind: 'stale', incarnation: 2 })
    expect(events(catalogue.learn(all(processName(1, 2)), available(1), ''))).toEqual(['available'])
  })

  it('learn() of its own log tells an echo from a life that it does not know', () => {
    const catalogue = create()
    const change = catalogue.write('*', { kind: 'available', service: service('0.1') }) as LogUpdate
    expect(catalogue.learn(all(two), change, '')).toEqual({ kind: 'known' })
    expect(catalogue.learn(all(two), available(2), '')).toEqual({ kind: 'own', incarnation: 1 })
    expect(catalogue.learn(all(processName(2, 6)), available(1), '')).toEqual({ kind: 'own', incarnation: 6 })
    catalogue.renew(7)
    expect(catalogue.self).toEqual(processName(2, 7))
    expect(catalogue.learn(all(processName(2, 6)), available(1), '')).toEqual({ kind: 'stale', incarnation: 7 })
    expect(catalogue.since(all(processName(2, 7)), 0)).toMatchObject({ records: [{ agent: '0.1' }] })
    expect(
      catalogue.missing([{ ...all(processName(2, 6)), number: 9, hash: { high: 0, low: 0 } }], { group: '', role: 'client', peer: '' }),
    ).toEqual([{ origin: processName(2, 7), audience: '*', from: 0 }])
  })

  it('write() keeps an audience of this process alone out of every log', () => {
    const catalogue = create()
    expect(catalogue.write('', { kind: 'available', service: service('0.1') })).toBeUndefined()
    expect(catalogue.digests('')).toEqual([])
  })

  it.each<[string, RegExp, (catalogue: Catalogue) => Learned]>([
    [
      'an audience that does not cross the group',
      /audience "g"/,
      (catalogue) => catalogue.learn({ origin: one, audience: 'g' }, available(1), ''),
    ],
    ['the audience of a process alone', /audience ""/, (catalogue) => catalogue.learn({ origin: one, audience: '' }, available(1), '')],
    ['a process without a name', /32 hex/, (catalogue) => catalogue.learn(all({ id: 'one', incarnation: 1 }), available(1), '')],
    ['an incarnation of 49 bits', /2\^48/, (catalogue) => catalogue.learn(all(processName(1, 2 ** 48)), available(1), '')],
    ['what no writer says', /no number/, (catalogue) => catalogue.learn(all(), available(0), '')],
    ['too many services', /more than 3 services/, (catalogue) => catalogue.learn(all(), available(4), '')],
    [
      'too many services at once',
      /more than 3 services/,
      (catalogue) =>
        catalogue.learn(all(), { kind: 'delta', from: 3, to: 5, removed: [], records: [record(4), record(5)], regrouped: [] }, ''),
    ],
    [
      'too many services in all logs together',
      /more than 3 services/,
      (catalogue) => catalogue.learn({ origin: one, audience: 'g' }, { kind: 'state', number: 2, records: [record(2)] }, 'g'),
    ],
    [
      'too many groups',
      /more than 2 groups/,
      (catalogue) => catalogue.learn(all(), { kind: 'joined', number: 4, created: 1, group: 'i' }, ''),
    ],
    ['too many origins', /more than 4 origins/, (catalogue) => catalogue.learn(all(processName(9)), available(1), '')],
  ])('learn() refuses %s and changes nothing', (_, fault, act) => {
    const catalogue = create()
    for (const number of [1, 2, 3]) catalogue.learn(all(), available(number, 'g', 'h'), '')
    for (const digit of [3, 4, 5]) catalogue.learn(all(processName(digit)), available(1), '')
    const before = catalogue.digests('g')
    const learned = act(catalogue)
    expect(learned).toMatchObject({ kind: 'refused' })
    expect((learned as { fault: string }).fault).toMatch(fault)
    expect(catalogue.digests('g')).toEqual(before)
  })

  it('learn() gives up the origins lost longest ago, where there is no room for a new one or for more that are kept aside', () => {
    const catalogue = create()
    const known = () => catalogue.digests('').map(({ origin }) => Number.parseInt(origin.id, 16))
    for (const digit of [3, 4, 5, 6]) {
      catalogue.learn(all(processName(digit)), available(1), '')
      catalogue.reach(processName(digit).id)
    }
    for (const digit of [5, 3]) catalogue.lose(processName(digit).id)
    catalogue.learn(all(processName(7)), available(1), '')
    expect(known()).toEqual([3, 4, 6, 7])
    for (const digit of [4, 6]) catalogue.lose(processName(digit).id)
    expect(known()).toEqual([4, 6, 7])
    for (const digit of [4, 6, 7]) catalogue.forget(processName(digit).id)
    expect(known()).toEqual([])
    expect(catalogue.hash('')).toEqual(create().hash(''))
  })

  it('mayTell() lets a client pass on what it learned over another group only, and nobody what is out of reach', () => {
    const catalogue = create()
    const tells = (digit: number, audience: string, group: string, role: 'server' | 'client') =>
      catalogue.mayTell({ origin: processName(digit), audience }, { group, role })
    catalogue.learn(all(processName(3)), available(1), 'g')
    catalogue.learn({ origin: processName(3), audience: 'g' }, available(1), 'g')
    expect(tells(3, '*', 'h', 'server')).toBe(false)
    catalogue.reach(processName(3).id)
    expect([tells(3, '*', 'g', 'server'), tells(3, '*', 'g', 'client')]).toEqual([true, false])
    expect([tells(3, '*', 'h', 'server'), tells(3, '*', 'h', 'client')]).toEqual([true, true])
    expect([tells(3, 'g', 'g', 'server'), tells(3, 'g', 'h', 'server'), tells(3, 'g', '', 'server')]).toEqual([true, false, false])
    expect([tells(2, '*', '', 'client'), tells(2, 'g', 'g', 'client'), tells(2, 'g', '', 'client')]).toEqual([true, true, false])
  })
})

function record(created: number) {
  return { created, changed: created, ...service(`0.${created}`) }
}
