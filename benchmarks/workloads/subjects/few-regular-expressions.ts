import { valueAt } from '../../harness/values.mjs'
import { FEW, type Find, matching } from './patterns.js'

/** A plain list: every pattern is tried. */
function buildList(patterns: readonly string[]): Find {
  const list = patterns.map((pattern, number) => ({ number, test: expressionOf(pattern) }))
  return (subject) => {
    let sum = 0
    for (const { number, test } of list) if (test.test(subject)) sum += number
    return sum
  }
}

function expressionOf(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll('.', '\\.').replace('*', '.*')}$`)
}

export const start = matching(FEW, ({ seed }, i) => valueAt(seed, i) % (FEW / 4), buildList)
