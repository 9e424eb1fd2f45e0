import type { ProcessName } from '../protocol/process-name.js'
import { type Behind, HOP_LIMIT, type LinkState } from './link-state.js'
import { isSameRoute, type Route } from './route.js'
import type { Routes } from './routes.js'

/** What a server tells its clients of where it gets: the same to all, but for those that it goes through. */
export interface Telling {
  /** For each origin in it, all ways there are now: one that stays in the group, and one that does not and is shorter. */
  readonly came: readonly Told[]
  /** Origins that clients get to no more. */
  readonly went: readonly string[]
}

export interface Told extends Behind {
  /** The neighbor that the server sends to. */
  readonly next: string
}

/** What clients in a group have to be told when the routes of their server change; with `NO_ROUTES` before, everything. */
export function tell(group: string, before: Routes, after: Routes): Telling {
  const [old, now] = [before.within.get(group), after.within.get(group)]
  const came: Told[] = []
  const went = [...before.all.keys()].filter((origin) => !after.all.has(origin))
  for (const [origin, best] of after.all) {
    const inside = now?.get(origin)
    if (isSameRoute(best, before.all.get(origin)) && isSameRoute(inside, old?.get(origin))) continue
    const ways = waysTo(origin, group, { best, inside })
    came.push(...ways)
    if (ways.length === 0 && before.all.has(origin)) went.push(origin)
  }
  return { came, went }
}

/**
 * What of it one client is told: no way that goes through that client itself, which would only lead back. Of a client that
 * nothing but itself is behind that makes no difference, so the same is told to all of those.
 */
export function tellClient(telling: Telling, client: string): Telling {
  if (telling.came.every(({ next, origin }) => next !== client || origin === client)) return telling
  const came = telling.came.filter(({ next }) => next !== client)
  const kept = new Set(came.map(({ origin }) => origin))
  const mine = telling.came.filter(({ origin }) => !kept.has(origin)).map(({ origin }) => origin)
  return { came, went: [...new Set([...telling.went, ...mine])] }
}

/** What a client knows to be behind its server after it was told. */
export function hearTelling(behind: readonly Behind[], { came, went }: Telling): readonly Behind[] {
  const told = new Set([...went, ...came.map(({ origin }) => origin)])
  return [
    ...behind.filter(({ origin }) => !told.has(origin)),
    ...came.map(({ origin, distance, crossed }): Behind => ({ origin, distance, crossed })),
  ]
}

/** A server as its client sees it: linked to nobody else in the group, with all that it told of behind it. */
export function stateToldBy({ id, incarnation }: ProcessName, client: string, told: Pick<LinkState, 'number' | 'behind'>): LinkState {
  return { process: id, incarnation, servers: [], clients: [client], ...told }
}

interface Ways {
  readonly best: Route
  /** The best that stays in the group. */
  readonly inside: Route | undefined
}

function waysTo(origin: string, group: string, { best, inside }: Ways): readonly Told[] {
  const ways = inside === undefined ? [best] : inside.distance === best.distance ? [inside] : [inside, best]
  return ways.filter(({ distance }) => distance < HOP_LIMIT).map((route) => toldOf(origin, group, route))
}

function toldOf(origin: string, group: string, { next, distance, crossed, group: first }: Route): Told {
  return { origin, distance, crossed: first === group ? crossed.slice(1) : crossed, next }
}
