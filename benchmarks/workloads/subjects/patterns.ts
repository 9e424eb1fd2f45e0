import type { Answer, Input, StartSession } from '../../harness/workload.js'

export const MANY = 100_000
export const FEW = 200

/** What is found by a subject: the numbers of the patterns that select it, added up, tell whether it is right. */
export interface Entry {
  readonly number: number
}

/** Finds the sum of the numbers of all patterns that select a subject. */
export type Find = (subject: string) => number

/** Adds patterns, then finds. */
export type Build = (patterns: readonly string[]) => Find

/**
 * Pattern number `i`: of every four one is a subject, and each of the others has its wildcard at another place. A wildcard
 * stands for whole words, and where it stands last or in the middle for several too, which qlobber can say as well.
 */
function patternAt(i: number): string {
  const group = i - (i & 3)
  switch (i & 3) {
    case 0:
      return subjectAt(group / 4)
    case 1:
      return `plant.${group}.*`
    case 2:
      return `plant.${group}.*.temperature`
    default:
      return `*.${group}.line.temperature`
  }
}

function subjectAt(group: number): string {
  return `plant.${group * 4}.line.temperature`
}

/** What must be found for a subject: the numbers of its four patterns. */
export function foundAt(group: number): number {
  return 16 * group + 6
}

/** An adapter that matches subjects against so many patterns. `at`: which subject comes next. */
export function matching(count: number, at: (input: Input, i: number) => number, build: Build): StartSession {
  const subjects = Array.from({ length: count / 4 }, (_, group) => subjectAt(group))
  return async () => {
    const find = build(Array.from({ length: count }, (_, i) => patternAt(i)))
    return { run: async (input): Promise<Answer> => ({ value: sumOf(find, subjects, at, input) }), close: async () => undefined }
  }
}

function sumOf(find: Find, subjects: readonly string[], at: (input: Input, i: number) => number, input: Input): number {
  let value = 0
  for (let i = 0; i < input.size; i++) value += find(subjects[at(input, i)] as string)
  return value
}
