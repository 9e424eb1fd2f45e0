import { parseArgs } from 'node:util'

export interface BenchOptions {
  readonly list: boolean
  readonly quick: boolean
  /** Names of workloads; empty for all. */
  readonly only: readonly string[]
  /** Rounds, in each of which every subject has one process. */
  readonly rounds: number
}

const LEAST_ROUNDS = 5
const QUICK_ROUNDS = 2
const MOST_ROUNDS = 100

/**
 * Reads the command line.
 *
 * @throws TypeError for what it does not know.
 */
export function parseOptions(args: readonly string[], workloads: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      list: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
    },
  })
  const only = values.only.flatMap((names) => names.split(',')).filter((name) => name !== '')
  const unknown = only.filter((name) => !workloads.includes(name))
  if (unknown.length > 0) throw new TypeError(`--only ${unknown.join(',')}: the workloads are ${workloads.join(', ')}`)
  return { list: values.list, quick: values.quick, only, rounds: parseRounds(values.rounds, values.quick) }
}

function parseRounds(text: string | undefined, quick: boolean): number {
  if (text === undefined) return quick ? QUICK_ROUNDS : LEAST_ROUNDS
  const rounds = Number(text)
  const least = quick ? 1 : LEAST_ROUNDS
  if (Number.isInteger(rounds) && rounds >= least && rounds <= MOST_ROUNDS) return rounds
  throw new TypeError(`--rounds ${text}: give a whole number from ${least} to ${MOST_ROUNDS}`)
}
