/** Which systems are played: seeds 0 to 499, unless the environment says otherwise. */

const SEEDS = 500

export interface Seeds {
  readonly first: number
  readonly count: number
  /** One seed is looked at: all that happens is printed. */
  readonly isReplay: boolean
}

/** `TROUPE_SIM_SEED`: this one, with its log. `TROUPE_SIM_SEEDS`: so many, from `TROUPE_SIM_FROM` on. */
export function seedsOf(env: Readonly<Record<string, string | undefined>>): Seeds {
  const { TROUPE_SIM_SEED: seed, TROUPE_SIM_SEEDS: count, TROUPE_SIM_FROM: first } = env
  if (seed !== undefined) return { first: wholeOf('TROUPE_SIM_SEED', seed), count: 1, isReplay: true }
  return { first: wholeOf('TROUPE_SIM_FROM', first ?? '0'), count: wholeOf('TROUPE_SIM_SEEDS', count ?? `${SEEDS}`), isReplay: false }
}

function wholeOf(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new TypeError(`${name} is "${text}"; give a whole number`)
}
