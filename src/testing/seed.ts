import { quote } from '../actors/quote.js'

/** Names the seed of test systems that are given none. */
const SEED_VARIABLE = 'TROUPE_SEED'

export const MAX_SEED = Number.MAX_SAFE_INTEGER

/**
 * The seed that whoever runs the tests has asked for.
 *
 * @throws Error when it is none
 */
export function seedOfEnvironment(): number | undefined {
  const text = process.env[SEED_VARIABLE]
  if (text === undefined || text === '') return undefined
  const seed = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (seed <= MAX_SEED) return seed
  throw new Error(`${SEED_VARIABLE} is ${quote(text)}; give a whole number from 0 to ${MAX_SEED}`)
}

/** How to run one seed again. */
export function replayHint(seed: number): string {
  return `(seed ${seed}; ${SEED_VARIABLE}=${seed} runs it alone)`
}
