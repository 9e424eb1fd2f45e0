import type { Answer } from '../../harness/workload.js'

/** Adds up what newly made actors are sent, and tells when the last of them has had its message. */
export interface Arrivals {
  arrived(value: number): void
  /** Resolves with the sum of the next `size` arrivals. */
  expect(size: number): Promise<Answer>
}

export function createArrivals(): Arrivals {
  let sum = 0
  let left = 0
  let finish: (answer: Answer) => void = () => undefined
  return {
    arrived(value) {
      sum += value
      if (--left === 0) finish({ value: sum })
    },
    expect(size) {
      sum = 0
      left = size
      return new Promise((resolve) => {
        finish = resolve
      })
    },
  }
}
