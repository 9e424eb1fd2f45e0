/** Everything that a simulation leaves to chance is drawn from one source, so that its seed decides all of it. */

import { randomIndex, seededRandom } from '../../src/base/random.js'
import type { Random } from '../../src/base/world.js'

export class Draw {
  readonly random: Random

  constructor(seed: number) {
    this.random = seededRandom(seed)
  }

  /** A whole number from 0 to `below` − 1. */
  index(below: number): number {
    return randomIndex(this.random, below)
  }

  /** A whole number of `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.index(most - least + 1)
  }

  chance(probability: number): boolean {
    return this.random.next() < probability
  }

  pick<T>(list: readonly T[]): T {
    return list[this.index(list.length)] as T
  }

  /** One of the keys, each as often as its weight says. */
  among<K extends string>(weights: Readonly<Record<K, number>>): K {
    const keys = Object.keys(weights) as K[]
    let left = this.random.next() * keys.reduce((sum, key) => sum + weights[key], 0)
    for (const key of keys) {
      left -= weights[key]
      if (left < 0) return key
    }
    return keys[0] as K
  }
}
