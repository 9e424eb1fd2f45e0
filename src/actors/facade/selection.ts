import { hashText } from '../../base/hash.js'
import { randomIndex } from '../../base/random.js'
import type { Random } from '../../base/world.js'
import type { Select } from '../self-type.js'

/**
 * The one of several services that a call goes to, as an index; -1 when there is none. `turn` counts the calls before.
 *
 * - `'first'`: the one that has been known the longest. `{ sticky }`: for one key the same as long as it is there; when one
 *   comes or goes, only the keys move that it gets or had (rendezvous hashing: Thaler and Ravishankar 1998).
 */
export function decideSelection(select: Select, ids: readonly string[], turn: number, random: Random): number {
  if (ids.length === 0) return -1
  if (typeof select === 'object') return stickiest(select.sticky, ids)
  switch (select) {
    case 'first':
      return 0
    case 'random':
      return randomIndex(random, ids.length)
    case 'round-robin':
      return turn % ids.length
  }
}

function stickiest(key: string, ids: readonly string[]): number {
  let best = 0
  let bestScore = -1
  ids.forEach((id, i) => {
    const score = hashText(`${key} ${id}`)
    if (score <= bestScore) return
    best = i
    bestScore = score
  })
  return best
}
