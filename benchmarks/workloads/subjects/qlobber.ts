import { Qlobber } from 'qlobber'
import type { Entry, Find } from './patterns.js'

/** What mqemitter finds its listeners with. */
export function buildQlobber(patterns: readonly string[]): Find {
  const matcher = new Qlobber<Entry>({ separator: '.' })
  for (const [number, pattern] of patterns.entries()) matcher.add(pattern.replace('*', '#'), { number })
  return (subject) => {
    let sum = 0
    for (const { number } of matcher.match(subject)) sum += number
    return sum
  }
}
