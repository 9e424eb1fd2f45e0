/** Who may learn of whom: an audience is `'*'`, `''` or the name of one exchange group; the default exchange group is `''`. */

import type { ActorFacts } from '../actors/kernel/binding.js'

/** Where an agent lives and how far it may be known. */
export type Party = Pick<ActorFacts, 'process' | 'audience'>

/**
 * Whether what has this audience may enter an exchange group from a process.
 *
 * | audience | group `''` | group `'g'` |
 * | --- | --- | --- |
 * | `'*'` | yes | yes |
 * | `''` | no | no |
 * | `'g'` | no | yes |
 * | any other | no | no |
 */
export function mayCross(audience: string, exchangeGroup: string): boolean {
  return audience === '*' || (audience !== '' && audience === exchangeGroup)
}

/**
 * Whether two agents are within each other's audience: always in one process, else when both may cross the group that links
 * their processes. Where the way leads through several groups, ask for each.
 */
export function mayHear(one: Party, other: Party, exchangeGroup: string): boolean {
  if (one.process === other.process) return true
  return mayCross(one.audience, exchangeGroup) && mayCross(other.audience, exchangeGroup)
}
