/** Where a thread is wanted: in a slot, or in one of its own, in this process or in a child. */
export type Place = number | 'dedicated' | 'process'

/** What placement knows of one thread. */
export interface ThreadLoad {
  readonly slot: number
  /** Actors that were placed there and live. */
  readonly placed: number
  /** Messages that wait in its mailboxes. */
  readonly queued: number
}

/** The thread for a new actor: fewest actors placed, then shortest queues, then the lowest number. */
export function decidePlacement(loads: readonly ThreadLoad[]): number {
  let best = loads[0]
  for (const load of loads) if (best === undefined || isBetter(load, best)) best = load
  return best?.slot ?? 0
}

function isBetter(one: ThreadLoad, other: ThreadLoad): boolean {
  if (one.placed !== other.placed) return one.placed < other.placed
  if (one.queued !== other.queued) return one.queued < other.queued
  return one.slot < other.slot
}
