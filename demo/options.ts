/** The command line of the demo. */

import { parseArgs } from 'node:util'

export interface DemoOptions {
  /** Counts the first so many files only. */
  readonly limit: number
  /** Worker threads of the system; one for each usable core by default. */
  readonly threads: number | 'auto'
}

export const USAGE = 'npm run demo -- [--limit FILES] [--threads THREADS]'

/** @throws Error that says what is wrong with the arguments. */
export function parseOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({ args: [...args], options: { limit: { type: 'string' }, threads: { type: 'string' } } })
  return {
    limit: values.limit === undefined ? Number.POSITIVE_INFINITY : parseCount('--limit', values.limit),
    threads: values.threads === undefined ? 'auto' : parseCount('--threads', values.threads),
  }
}

function parseCount(name: string, text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1) return count
  throw new Error(`${name} is "${text}"; give a whole number, 1 or more`)
}
