import { valueAt } from '../../harness/values.mjs'
import type { Input, Workload } from '../../harness/workload.js'
import { FEW, foundAt, MANY } from './patterns.js'

const shape: Omit<Workload, 'name' | 'title' | 'subjects' | 'expected'> = {
  measure: 'rate',
  unit: 'subjects',
  size: { full: 100_000, quick: 25_000 },
  width: 1,
}

/** The sum of what is found for the subjects `at` gives numbers of. */
function sumAt(at: (input: Input, i: number) => number): Workload['expected'] {
  return (input) => {
    let sum = 0
    for (let i = 0; i < input.size; i++) sum += foundAt(at(input, i))
    return sum
  }
}

/** Each of 25 000 subjects in turn: whatever keeps results has forgotten one before it comes again. */
export function nextSubject({ seed }: Pick<Input, 'seed'>, i: number): number {
  return (seed + i * 7919) % (MANY / 4)
}

export const subjectsCold: Workload = {
  ...shape,
  name: 'subjects-cold',
  title: 'Match subjects against 100 000 patterns, 25 000 subjects in turn',
  expected: sumAt(nextSubject),
  subjects: {
    troupe: () => import('./cold-troupe.js'),
    qlobber: () => import('./cold-qlobber.js'),
  },
}

/** One of 1024 subjects again and again. */
export const subjectsCached: Workload = {
  ...shape,
  name: 'subjects-cached',
  title: 'Match subjects against 100 000 patterns, 1 024 subjects again and again',
  size: { full: 1_000_000, quick: 100_000 },
  expected: sumAt(({ seed }, i) => valueAt(seed, i)),
  subjects: {
    troupe: () => import('./cached-troupe.js'),
    qlobber: () => import('./cached-qlobber.js'),
  },
}

/** So few that a list of regular expressions is bearable. */
export const subjectsFew: Workload = {
  ...shape,
  name: 'subjects-few',
  title: `Match subjects against ${FEW} patterns, ${FEW / 4} subjects in turn`,
  expected: sumAt(({ seed }, i) => valueAt(seed, i) % (FEW / 4)),
  subjects: {
    troupe: () => import('./few-troupe.js'),
    qlobber: () => import('./few-qlobber.js'),
    'regular expressions': () => import('./few-regular-expressions.js'),
  },
}
