import type { Link, Members } from './network.js'

interface Graph {
  readonly members: Members
  readonly links: readonly Link[]
}

interface Place {
  readonly at: string
  /** The groups crossed to get there, the last one first. */
  readonly crossed: readonly string[]
}

/**
 * How far it is from a process to each other one, by trying all links, one distance after the other. No group is entered twice,
 * if so asked.
 */
export function distancesFrom(self: string, graph: Graph, how: { readonly entersTwice: boolean }): ReadonlyMap<string, number> {
  const distances = new Map<string, number>()
  const seen = new Set<string>()
  let edge: Place[] = [{ at: self, crossed: [] }]
  for (let distance = 1; edge.length > 0; distance++) {
    edge = edge.flatMap((place) => nextPlaces(place, graph, how.entersTwice))
    edge = edge.filter(({ at, crossed }) => isNew(seen, `${at} by ${how.entersTwice ? crossed[0] : crossed.join()}`))
    for (const { at } of edge) if (!distances.has(at) && at !== self) distances.set(at, distance)
  }
  return distances
}

function nextPlaces({ at, crossed }: Place, { members, links }: Graph, entersTwice: boolean): Place[] {
  const [last] = crossed
  return (
    links
      .filter(({ group, ends }) => ends.includes(at) && (entersTwice || group === last || !crossed.includes(group)))
      // A client takes nothing on that came by the same group.
      .filter(({ group }) => group !== last || members.get(at)?.get(group) === 'server')
      .map(({ group, ends }) => ({ at: ends[0] === at ? ends[1] : ends[0], crossed: group === last ? crossed : [group, ...crossed] }))
  )
}

/** Same, without leaving one group. */
export function distancesWithin(self: string, group: string, { members, links }: Graph): ReadonlyMap<string, number> {
  return distancesFrom(self, { members, links: links.filter((link) => link.group === group) }, { entersTwice: false })
}

/** Tells whether there is one way at most from group to group, however often it is asked. */
export function isTreeOfGroups(members: Members): boolean {
  const groups = new Set([...members.values()].flatMap((roles) => [...roles.keys()]))
  const bonds = [...members.values()].reduce((sum, roles) => sum + roles.size, 0)
  return bonds + partsOf(members, groups) === members.size + groups.size
}

/** Tells whether all who are in a group can reach each other without leaving it. */
export function areGroupsWhole(graph: Graph): boolean {
  const groups = new Set([...graph.members.values()].flatMap((roles) => [...roles.keys()]))
  return [...groups].every((group) => {
    const inside = [...graph.members].filter(([, roles]) => roles.has(group)).map(([id]) => id)
    return inside.every((id) => distancesWithin(id, group, graph).size === inside.length - 1)
  })
}

/** How many parts processes and groups fall into. */
function partsOf(members: Members, groups: ReadonlySet<string>): number {
  const part = new Map<string, string>([...groups].map((group) => [`group ${group}`, `group ${group}`]))
  let parts = groups.size + members.size
  const top = (key: string): string => {
    const above = part.get(key) ?? key
    return above === key ? key : top(above)
  }
  for (const [id, roles] of members) {
    for (const group of roles.keys()) {
      const [one, other] = [top(`process ${id}`), top(`group ${group}`)]
      if (one === other) continue
      part.set(one, other)
      parts--
    }
  }
  return parts
}

function isNew(seen: Set<string>, key: string): boolean {
  const isThere = seen.has(key)
  seen.add(key)
  return !isThere
}
