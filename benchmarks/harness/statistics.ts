/** Where the middle of some samples is, and how far they spread. */
export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
  /** Half of the samples lie between these. */
  readonly lowQuartile: number
  readonly highQuartile: number
}

/** The value below which the fraction `q` of the samples lies, interpolated. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const at = (sorted.length - 1) * q
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return below + (above - below) * (at - Math.floor(at))
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5)
}

/** @throws RangeError without samples. */
export function summarize(samples: readonly number[]): Summary {
  if (samples.length === 0) throw new RangeError('summarize(): there are no samples')
  return {
    median: median(samples),
    min: quantile(samples, 0),
    max: quantile(samples, 1),
    lowQuartile: quantile(samples, 0.25),
    highQuartile: quantile(samples, 0.75),
  }
}

/**
 * The ratio of each of our samples to the rival's of the same round: what the machine did to both cancels out. A round
 * that either of them lacks is left out.
 */
export function pairRatios(ours: readonly number[], theirs: readonly number[]): number[] {
  const rounds = Math.min(ours.length, theirs.length)
  return Array.from({ length: rounds }, (_, round) => (ours[round] as number) / (theirs[round] as number))
}
