/** Lists of groups, linked through the groups themselves: a list is its first group, and no list is `undefined`. */

import type { PatternGroup } from './pattern-group.js'
import { matchSubject } from './subject.js'

/** Returns the list that begins with `group`; what list that was in before is of no use any more. */
export function putFirst<T extends object>(first: PatternGroup<T> | undefined, group: PatternGroup<T>): PatternGroup<T> {
  group.next = first
  group.previous = undefined
  if (first !== undefined) first.previous = group
  return group
}

/** Returns the list without `group`, which was in it. */
export function takeOut<T extends object>(first: PatternGroup<T>, group: PatternGroup<T>): PatternGroup<T> | undefined {
  const { next, previous } = group
  if (next !== undefined) next.previous = previous
  if (previous !== undefined) previous.next = next
  group.next = undefined
  group.previous = undefined
  return group === first ? next : first
}

/** The groups of a list, in an array of their own. */
export function groupsOf<T extends object>(first: PatternGroup<T>): PatternGroup<T>[] {
  const groups: PatternGroup<T>[] = []
  for (let group: PatternGroup<T> | undefined = first; group !== undefined; group = group.next) groups.push(group)
  return groups
}

/** Adds the groups of a list whose patterns select a subject to `found`. */
export function pickMatching<T extends object>(first: PatternGroup<T>, subject: string, found: PatternGroup<T>[]): void {
  for (let group: PatternGroup<T> | undefined = first; group !== undefined; group = group.next) {
    if (matchSubject(group.pattern, subject)) found.push(group)
  }
}
