import type { Random } from './world.js'

export interface Backoff {
  readonly minMs: number
  readonly maxMs: number
  readonly factor: number
  /** Share of the delay that is drawn at random, 0 to 1. */
  readonly jitter: number
}

/** The wait before the `attempt`-th repetition (1 is the first); the first is at once. */
export function backoffMs(backoff: Backoff, attempt: number, random: Random): number {
  if (attempt <= 1) return 0
  const full = Math.min(backoff.maxMs, backoff.minMs * backoff.factor ** (attempt - 2))
  return full * (1 - backoff.jitter + 2 * backoff.jitter * random.next())
}
