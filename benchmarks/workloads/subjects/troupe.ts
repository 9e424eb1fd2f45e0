import { SubjectIndex } from '../../../dist/router/subject-index.js'
import type { Entry, Find } from './patterns.js'

/** Our index of subjects. */
export function buildIndex(patterns: readonly string[]): Find {
  const index = new SubjectIndex<Entry>()
  for (const [number, pattern] of patterns.entries()) index.add(pattern, { number })
  return (subject) => {
    let sum = 0
    for (const { entry } of index.matches(subject)) sum += entry.number
    return sum
  }
}
