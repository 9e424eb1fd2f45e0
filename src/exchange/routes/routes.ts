import type { GroupGraph, Hop } from './group-graph.js'
import { type Behind, HOP_LIMIT } from './link-state.js'
import type { LinkStates } from './link-states.js'
import { isBetter, type Route, type RouteTable } from './route.js'

/** The ways from this process to all others. */
export interface Routes {
  /** For what has the audience `'*'`, and so may cross all groups. */
  readonly all: RouteTable
  /** For what stays in a group, by group. */
  readonly within: ReadonlyMap<string, RouteTable>
}

export const NO_ROUTES: Routes = { all: new Map(), within: new Map() }

/**
 * Finds the shortest ways, each by its first link: every process on the way finds the rest by itself. While all go by the same
 * reports each is nearer than the one before, so no way is longer than it says and none goes in circles.
 *
 * - **Cost**: a look at every report and at everything that is said to be behind one; call it once for all reports of a turn.
 */
export function routes(states: LinkStates): Routes {
  const all = new Map<string, Route>()
  const within = new Map<string, Map<string, Route>>()
  for (const [group, { graph }] of states.groups) {
    const hops = graph.hopsFrom(states.self)
    const inside = insideRoutes(hops, group)
    within.set(group, inside)
    for (const { origin, route } of routesBehind(graph, hops, group)) {
      if (origin === states.self) continue
      if (route.crossed.length === 1) offer(inside, origin, route)
      offer(all, origin, route)
    }
    for (const [process, route] of inside) offer(all, process, route)
  }
  return { all, within }
}

function insideRoutes(hops: ReadonlyMap<string, Hop>, group: string): Map<string, Route> {
  const crossed = [group]
  return new Map([...hops].map(([process, { next, distance }]) => [process, { next, group, distance, crossed }]))
}

interface Offer {
  readonly origin: string
  readonly route: Route
}

/** The ways through processes that say what is behind them. */
function* routesBehind(graph: GroupGraph, hops: ReadonlyMap<string, Hop>, group: string): Iterable<Offer> {
  for (const [process, hop] of hops) {
    for (const behind of graph.get(process)?.behind ?? []) {
      const route = throughHop(hop, behind, group)
      if (route.distance <= HOP_LIMIT) yield { origin: behind.origin, route }
    }
  }
}

function throughHop({ next, distance }: Hop, behind: Behind, group: string): Route {
  return { next, group, distance: distance + behind.distance, crossed: [group, ...behind.crossed] }
}

function offer(table: Map<string, Route>, destination: string, route: Route): void {
  const known = table.get(destination)
  if (known === undefined || isBetter(route, known)) table.set(destination, route)
}
