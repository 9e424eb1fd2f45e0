import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Role } from '../../../src/exchange/protocol/hello.js'
import { HOP_LIMIT } from '../../../src/exchange/routes/link-state.js'
import type { RouteTable } from '../../../src/exchange/routes/route.js'
import { routes } from '../../../src/exchange/routes/routes.js'
import { areGroupsWhole, distancesFrom, distancesWithin, isTreeOfGroups } from './breadth-first.js'
import { type Link, type Members, Network } from './network.js'

const ROUNDS = 60
const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

interface Plan {
  readonly members: Members
  readonly links: readonly Link[]
}

/** Processes in some of the groups, links within them, some reported by one end only. */
function planOf(groups: readonly string[], clients: number): fc.Arbitrary<Plan> {
  const role = fc.oneof(
    { weight: 10 - clients, arbitrary: fc.constant<Role>('server') },
    { weight: clients, arbitrary: fc.constant<Role>('client') },
  )
  const roles = fc
    .array(fc.tuple(fc.constantFrom(...groups), role), { minLength: 1, maxLength: groups.length })
    .map((pairs) => new Map(pairs))
  const members = fc
    .array(roles, { minLength: 2, maxLength: IDS.length })
    .map((all) => new Map(all.map((one, index) => [IDS[index] as string, one])))
  const link = fc.record({
    group: fc.constantFrom(...groups),
    one: fc.nat(7),
    other: fc.nat(7),
    oneSided: fc.integer({ max: 9, min: 0 }).map((n) => n === 0),
  })
  return fc.record({ members, wanted: fc.array(link, { minLength: 1, maxLength: 24 }) }).map(({ members: all, wanted }) => ({
    members: all,
    links: linksOf(all, wanted),
  }))
}

/** Groups in which all servers are linked, one after the other and here and there, with any number of bridges from each to each. */
function wholePlanOf(groups: readonly string[]): fc.Arbitrary<Plan> {
  const roles = fc.uniqueArray(fc.constantFrom(...groups), { minLength: 1, maxLength: 3 })
  const members = fc.array(roles, { minLength: 2, maxLength: IDS.length }).map((all) => {
    return new Map(all.map((one, index) => [IDS[index] as string, new Map(one.map((group) => [group, 'server' as const]))]))
  })
  const link = fc.record({ group: fc.constantFrom(...groups), one: fc.nat(7), other: fc.nat(7), oneSided: fc.constant(false) })
  return fc.record({ members, extra: fc.array(link, { maxLength: 6 }) }).map(({ members: all, extra }) => {
    const chains = groups.flatMap((group) => {
      const inside = IDS.map((_, index) => index).filter((index) => all.get(IDS[index] as string)?.has(group))
      return inside.slice(1).map((other, index) => ({ group, one: inside[index] as number, other, oneSided: false }))
    })
    return { members: all, links: linksOf(all, [...chains, ...extra]) }
  })
}

function linksOf(members: Members, wanted: readonly { group: string; one: number; other: number; oneSided: boolean }[]): readonly Link[] {
  const links = new Map<string, Link>()
  for (const { group, one, other, oneSided } of wanted) {
    const ends = [IDS[one % members.size] as string, IDS[other % members.size] as string] as const
    const roles = ends.map((id) => members.get(id)?.get(group))
    if (ends[0] === ends[1] || roles.includes(undefined) || !roles.includes('server')) continue
    links.set(`${group} ${[...ends].sort().join()}`, { group, ends, oneSided: oneSided && !roles.includes('client') })
  }
  return [...links.values()]
}

const counted = ({ links }: Plan): readonly Link[] => links.filter(({ oneSided }) => !oneSided)
const lengths = (table: RouteTable | undefined): [string, number][] =>
  [...(table ?? [])].map(([id, { distance }]) => [id, distance] as [string, number]).sort()

/** Walks from one process to another by the tables of all who are on the way; returns how many links it took. */
function walk(network: Network, from: string, to: string, tableOf: (id: string) => RouteTable | undefined): number {
  let at = from
  let came: string | undefined
  for (let hops = 0; hops <= HOP_LIMIT; hops++) {
    if (at === to) return hops
    const route = tableOf(at)?.get(to)
    if (route === undefined) throw new Error(`${at} knows no way to ${to}`)
    if (came === route.group && network.roleOf(at, came) === 'client') throw new Error(`the way to ${to} leads through the client ${at}`)
    const isLink = network.links.some(({ group, ends }) => group === route.group && ends.includes(at) && ends.includes(route.next))
    if (!isLink || route.next === at) throw new Error(`${at} has no link to ${route.next} in group "${route.group}"`)
    came = route.group
    at = route.next
  }
  throw new Error(`the way from ${from} to ${to} does not end`)
}

function expectWays(network: Network, plan: Plan): void {
  const graph = { members: plan.members, links: counted(plan) }
  const isExact = isTreeOfGroups(plan.members)
  const isWhole = areGroupsWhole(graph)
  for (const [id, groups] of plan.members) {
    const { all, within } = network.routesOf(id)
    const nearest = distancesFrom(id, graph, { entersTwice: true })
    if (isExact) expect(lengths(all)).toEqual([...distancesFrom(id, graph, { entersTwice: false })].sort())
    if (isWhole) expect([...all.keys()].sort()).toEqual([...nearest.keys()].sort())
    for (const [to, { distance }] of all) {
      expect(distance).toBeGreaterThanOrEqual(nearest.get(to) ?? Number.NaN)
      expect(walk(network, id, to, (at) => network.routesOf(at).all)).toBeLessThanOrEqual(distance)
    }
    for (const group of groups.keys()) {
      expect(lengths(within.get(group))).toEqual([...distancesWithin(id, group, graph)].sort())
      for (const [to, { distance }] of within.get(group) ?? [])
        expect(walk(network, id, to, (at) => network.routesOf(at).within.get(group))).toBe(distance)
    }
  }
}

describe('routes()', () => {
  it.each([
    ['servers of one group', [''], 0],
    ['servers and clients of one group', [''], 5],
    ['two groups', ['', 'g'], 3],
    ['four groups', ['', 'g', 'h', 'i'], 2],
  ] as const)(
    'are as short as breadth-first search finds them, end where they should, and never lead through a client: %s',
    (_, groups, clients) => {
      fc.assert(
        fc.property(planOf(groups, clients), (plan) => {
          const network = new Network(plan.members, plan.links)
          network.settle(ROUNDS)
          expectWays(network, plan)
        }),
        { numRuns: 200 },
      )
    },
  )

  it('lead everywhere without a circle through rings of groups and bridges', () => {
    fc.assert(
      fc.property(wholePlanOf(['', 'g', 'h', 'i']), (plan) => {
        const network = new Network(plan.members, plan.links)
        network.settle(ROUNDS)
        expectWays(network, plan)
      }),
      { numRuns: 300 },
    )
  })

  it('take a way through a group that this process is in, where that is the shorter: to ignore it sends messages in circles', () => {
    const both = (...groups: string[]): ReadonlyMap<string, Role> => new Map(groups.map((group) => [group, 'server']))
    const pairs = (group: string, ...ends: (readonly [string, string])[]): Link[] =>
      ends.map((two) => ({ group, ends: two, oneSided: false }))
    const members: Members = new Map([
      ['target', both('h', 'k')],
      ['near', both('', 'h')],
      ['far', both('', 'k')],
      ['between', both('', 'h')],
      ['from', both('')],
      ['one', both('')],
      ['two', both('')],
    ])
    const network = new Network(members, [
      ...pairs('', ['from', 'between'], ['between', 'near'], ['from', 'one'], ['one', 'two'], ['two', 'far']),
      ...pairs('h', ['near', 'target']),
      ...pairs('k', ['far', 'target']),
    ])
    network.settle(ROUNDS)
    // Would it not go through h because it is in h, it would go back by way of k: 5 links.
    expect(network.routesOf('between').all.get('target')).toEqual({ next: 'near', group: '', distance: 2, crossed: ['', 'h'] })
    expect(network.routesOf('from').all.get('target')).toEqual({ next: 'between', group: '', distance: 3, crossed: ['', 'h'] })
    expect(walk(network, 'from', 'target', (at) => network.routesOf(at).all)).toBe(3)
  })

  it('do not depend on the order in which anything was heard', () => {
    fc.assert(
      fc.property(planOf(['', 'g', 'h'], 3), fc.infiniteStream(fc.nat(1000)), (plan, order) => {
        const one = new Network(plan.members, plan.links)
        const ranked = plan.links.map((link) => ({ link, rank: order.next().value as number }))
        const other = new Network(
          plan.members,
          ranked.sort((a, b) => a.rank - b.rank).map(({ link }) => link),
        )
        for (const network of [one, other]) network.settle(ROUNDS)
        for (const id of plan.members.keys()) {
          expect(other.routesOf(id)).toEqual(one.routesOf(id))
          for (const group of plan.members.get(id)?.keys() ?? []) {
            expect(other.statesOf(id).get(group, id)?.behind).toEqual(one.statesOf(id).get(group, id)?.behind)
          }
        }
      }),
    )
  })

  it('stay the same when the reports of those are forgotten to which no way leads', () => {
    fc.assert(
      fc.property(planOf(['', 'g'], 3), fc.infiniteStream(fc.boolean()), (plan, keep) => {
        const network = new Network(plan.members, plan.links)
        network.settle(ROUNDS)
        network.relink(plan.links.filter(() => keep.next().value))
        network.settle(ROUNDS)
        for (const id of plan.members.keys()) {
          const states = network.statesOf(id)
          for (const [{ process }, group] of states.unreached()) states.forget(group, process)
          expect(states.unreached().size).toBe(0)
          expect(routes(network.statesOf(id))).toEqual(network.routesOf(id))
        }
      }),
    )
  })

  it('come to rest again after links were lost and made', () => {
    const change = fc.record({ keep: fc.infiniteStream(fc.boolean()), plan: planOf(['', 'g', 'h'], 3) })
    fc.assert(
      fc.property(change, ({ keep, plan }) => {
        const network = new Network(plan.members, plan.links)
        network.settle(ROUNDS)
        const links = plan.links.filter(() => keep.next().value)
        for (const some of [links, plan.links, []]) {
          network.relink(some)
          network.settle(ROUNDS)
          expectWays(network, { members: plan.members, links: some })
        }
      }),
      { numRuns: 150 },
    )
  })
})
