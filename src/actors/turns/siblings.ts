import type { Strategy } from '../actor-options.js'
import { type Cell, childrenOf } from '../kernel/cell.js'
import type { FarActor } from '../kernel/target.js'

/** Other children of the same actor, in the order in which they were spawned. */
export interface Siblings {
  readonly here: readonly Cell[]
  readonly far: readonly FarActor[]
}

export const NO_SIBLINGS: Siblings = { here: [], far: [] }

/**
 * Who restarts with a child that does: nobody, all others, or those that were spawned after it. `number` is its own among all that
 * the parent has spawned.
 */
export function siblingsOf(parent: Cell, strategy: Strategy, number: number): Siblings {
  if (strategy === 'one-for-one' || parent.routing !== null) return NO_SIBLINGS
  const reached = (other: number): boolean => (strategy === 'one-for-all' ? other !== number : other > number)
  const far = [...(parent.farChildren ?? [])].filter(([, other]) => reached(other)).sort(([, one], [, other]) => one - other)
  return {
    here: [...childrenOf(parent)].reverse().filter((child) => reached(child.number)),
    far: far.map(([child]) => child),
  }
}
