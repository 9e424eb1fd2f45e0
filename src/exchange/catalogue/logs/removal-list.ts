import type { Removal } from './log-update.js'

/**
 * The removals of a log that are remembered: all since `reach`.
 *
 * - **Cost**: at most `limit` are kept, and the last `limit / 2` always are.
 */
export class RemovalList {
  readonly #limit: number
  #kept: Removal[] = []
  #reach = 0

  constructor(limit: number) {
    this.#limit = Math.max(2, limit)
  }

  /** No removal after this number is forgotten. */
  get reach(): number {
    return this.#reach
  }

  add(removal: Removal): void {
    this.#kept.push(removal)
    if (this.#kept.length <= this.#limit) return
    const forgotten = this.#kept.splice(0, this.#kept.length >> 1)
    this.#reach = forgotten.at(-1)?.number ?? this.#reach
  }

  /** Forgets all up to a number. */
  restart(number: number): void {
    this.#kept = []
    this.#reach = number
  }

  /** Those after a number that is not before `reach`. */
  since(number: number): readonly Removal[] {
    const first = this.#kept.findIndex((removal) => removal.number > number)
    return first === -1 ? [] : this.#kept.slice(first)
  }
}
