/** How to get to a process. */
export interface Route {
  /** The neighbor to send to. */
  readonly next: string
  /** The group of the link to it. */
  readonly group: string
  /** In links. */
  readonly distance: number
  /** The groups on the way, in order: what may not enter each of them cannot go this way. */
  readonly crossed: readonly string[]
}

/** By the id of the process that is the destination. */
export type RouteTable = ReadonlyMap<string, Route>

/**
 * Of two ways the shorter, then the one that crosses fewer groups, then the one that begins in a named group, then the smaller neighbor, then the
 * smaller group. What is for everybody may go through a named group, what is for that group goes no other way.
 */
export function isBetter(one: Route, other: Route): boolean {
  if (one.distance !== other.distance) return one.distance < other.distance
  if (one.crossed.length !== other.crossed.length) return one.crossed.length < other.crossed.length
  if ((one.group === '') !== (other.group === '')) return other.group === ''
  if (one.next !== other.next) return one.next < other.next
  if (one.group !== other.group) return one.group < other.group
  return one.crossed.join('\0') < other.crossed.join('\0')
}

/** Tells whether two ways are the same, which none and none are too. */
export function isSameRoute(one: Route | undefined, other: Route | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  if (one.next !== other.next || one.group !== other.group || one.distance !== other.distance) return false
  return one.crossed.length === other.crossed.length && one.crossed.every((group, index) => group === other.crossed[index])
}

/** Which destinations have become reachable or unreachable, and to which the way begins with another link. */
export interface RouteChanges {
  readonly reached: readonly string[]
  readonly lost: readonly string[]
  /** What was sent the old way will not be answered. */
  readonly moved: readonly string[]
}

/** What has changed from one table to another. */
export function routeChanges(before: RouteTable, after: RouteTable): RouteChanges {
  const reached: string[] = []
  const moved: string[] = []
  for (const [destination, { next, group }] of after) {
    const old = before.get(destination)
    if (old === undefined) reached.push(destination)
    else if (old.next !== next || old.group !== group) moved.push(destination)
  }
  return { reached, lost: [...before.keys()].filter((destination) => !after.has(destination)), moved }
}
