/** Whether memory stays where it is: a pure decision over samples. */

/**
 * @typedef {object} Verdict
 * @property {number} early Median of the first third after the warm-up.
 * @property {number} late Median of the last third.
 * @property {number} change What `late` is more than `early`, as a share of it; below 0 when it is less.
 * @property {boolean} isFlat
 */

/** Growth beyond this share is none that we allow. */
export const LIMIT = 0.05
/** The share of the samples that is warm-up. */
const WARM_UP = 0.25
const LEAST_SAMPLES = 12

/**
 * Medians, for single samples move with the garbage that is not collected yet. What shrinks is flat, too: nothing was held.
 *
 * @param {readonly number[]} samples In the order of their time.
 * @returns {Verdict | undefined} Nothing of fewer than a dozen.
 */
export function judgeFlatness(samples) {
  if (samples.length < LEAST_SAMPLES) return undefined
  const warm = samples.slice(Math.ceil(samples.length * WARM_UP))
  const third = Math.floor(warm.length / 3)
  const [early, late] = [median(warm.slice(0, third)), median(warm.slice(-third))]
  const change = late / early - 1
  return { early, late, change, isFlat: change <= LIMIT }
}

/** @param {readonly number[]} samples */
export function median(samples) {
  const sorted = [...samples].sort((one, other) => one - other)
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return (low + high) / 2
}
