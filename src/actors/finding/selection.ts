import { hashText, mixHash } from '../../base/hash.js'
import { randomIndex } from '../../base/random.js'
import type { Random } from '../../base/world.js'
import type { Select } from '../agent-type.js'

/** What a selection sees of a service. */
export interface Candidate {
  readonly id: string
}

/**
 * The service for a call, as an index; -1 when there is none. `candidates` are in the order in which they became known,
 * `turn` counts the calls before.
 *
 * - `'first'` takes the one known longest, `sticky` the one that weighs most for the key.
 */
export function decideSelection(select: Select, candidates: readonly Candidate[], turn: number, random: Random): number {
  if (candidates.length === 0) return -1
  if (typeof select === 'object') return heaviest(select.sticky, candidates)
  switch (select) {
    case 'first':
      return 0
    case 'random':
      return randomIndex(random, candidates.length)
    case 'round-robin':
      return turn % candidates.length
  }
}

/**
 * Rendezvous hashing (Thaler and Ravishankar, "Using name-based mappings to increase hit rates", 1998): every candidate
 * has a weight for the key, so when one comes or goes only the keys move that it gets or had. The order of the
 * candidates, which differs from thread to thread, does not matter.
 */
function heaviest(key: string, candidates: readonly Candidate[]): number {
  const seed = hashText(key)
  let best = 0
  let most = -1
  for (let i = 0; i < candidates.length; i++) {
    const { id } = candidates[i] as Candidate
    const weight = mixHash(hashText(id, seed))
    if (weight < most || (weight === most && id > (candidates[best] as Candidate).id)) continue
    best = i
    most = weight
  }
  return best
}
