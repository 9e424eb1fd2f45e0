import { describe, expect, it } from 'vitest'
import { type Hearer, isPermitted, type Said, type Speaker } from '../../../src/exchange/bridge/gate.js'

const speaker = (role: Speaker['role'], mayBridge = true): Speaker => ({ id: 'speaker', role, mayBridge, fronts: new Set(['behind']) })
const hearer = (role: Hearer['role']): Hearer => ({ id: 'hearer', role, isNeighbor: (id) => id === 'neighbor' })
const CLIENT = speaker('client')
const LONE = speaker('client', false)
const SERVER = speaker('server')

describe('isPermitted()', () => {
  it.each<[Said['kind'], Speaker, string, boolean]>([
    ['update', CLIENT, 'speaker', true],
    ['update', CLIENT, 'behind', true],
    ['update', CLIENT, 'other', false],
    ['update', CLIENT, 'hearer', false],
    ['update', LONE, 'speaker', true],
    ['update', LONE, 'behind', false],
    ['update', SERVER, 'other', true],
    ['update', SERVER, 'neighbor', true],
    ['mail', CLIENT, 'speaker', true],
    ['mail', CLIENT, 'behind', true],
    ['mail', CLIENT, 'other', false],
    ['mail', CLIENT, 'neighbor', false],
    ['mail', LONE, 'speaker', true],
    ['mail', LONE, 'behind', false],
    ['mail', SERVER, 'speaker', true],
    ['mail', SERVER, 'other', true],
    ['mail', SERVER, 'neighbor', false],
    ['mail', SERVER, 'hearer', false],
  ])('lets %s of %j for %s through: %s', (kind, by, origin, permitted) => {
    expect(isPermitted({ kind, origin } as Said, by, hearer('server'))).toBe(permitted)
  })

  it.each<[Speaker, string, number, boolean]>([
    [CLIENT, 'speaker', 1, true],
    [CLIENT, 'other', 0, false],
    [LONE, 'speaker', 0, true],
    [LONE, 'speaker', 1, false],
    [SERVER, 'other', 1, true],
  ])('lets a report of %j on the links of %s with %i behind through: %s', (by, process, behind, permitted) => {
    expect(isPermitted({ kind: 'report', process, behind }, by, hearer('server'))).toBe(permitted)
    expect(isPermitted({ kind: 'report', process, behind }, by, hearer('client'))).toBe(false)
  })

  it('lets servers tell clients where they get, and nobody else anybody', () => {
    const told = [SERVER, CLIENT].flatMap((by) =>
      (['client', 'server'] as const).map((role) => isPermitted({ kind: 'telling' }, by, hearer(role))),
    )
    expect(told).toEqual([true, false, false, false])
  })

  it('lets everybody say how far its logs are, and what it lacks', () => {
    for (const kind of ['summary', 'digests', 'synced', 'wanted'] as const) expect(isPermitted({ kind }, LONE, hearer('server'))).toBe(true)
  })
})
