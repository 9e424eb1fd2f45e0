import { type Behind, HOP_LIMIT } from './link-state.js'
import type { Routes } from './routes.js'

/**
 * What a process that is in several groups says in one of them of what is behind it in the others. What got here through that
 * group already is not said there again, so that no way leads through one group twice.
 *
 * Sorted, so that the same is said as long as nothing changes. Only ways for the audience `'*'` are told: what is for a named group stays in it (OSE-SEMANTICS 3.5).
 */
export function advertise({ all }: Routes, group: string): readonly Behind[] {
  const behind: Behind[] = []
  for (const [origin, { distance, crossed }] of all) {
    if (distance < HOP_LIMIT && !crossed.includes(group)) behind.push({ origin, distance, crossed })
  }
  return behind.sort((one, other) => (one.origin < other.origin ? -1 : 1))
}
