/** Steps of one job: about a millisecond. */
const STEPS = 400_000

/**
 * Work that only computes: Savina's generator, its values folded into one.
 *
 * @param {number} seed
 */
export function churn(seed) {
  let x = seed
  let fold = 0
  for (let i = 0; i < STEPS; i++) {
    x = (x * 1309 + 13_849) & 65_535
    fold = ((fold << 1) ^ x) & 0xfffff
  }
  return fold
}

/**
 * Ten times that.
 *
 * @param {number} seed
 */
export function churnLong(seed) {
  let fold = 0
  for (let i = 0; i < 10; i++) fold ^= churn(seed + i)
  return fold
}
