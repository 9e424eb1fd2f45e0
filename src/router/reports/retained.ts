/** A value that a publisher keeps for who subscribes later. */
export interface RetainedValue<T> {
  readonly subject: string
  readonly value: T
  readonly publishedMs: number
  /** `Infinity` is never. */
  readonly expiresMs: number
}

/** Subjects that one publisher keeps values of. */
const MAX_RETAINED = 100_000

/**
 * The newest value of each subject that a publisher keeps, in the order of publication. Pure state; times are those of one
 * monotonic clock.
 *
 * - **Cost**: bounded by {@link MAX_RETAINED} subjects; what has expired is removed when it is come upon.
 */
export class Retained<T> {
  readonly #values = new Map<string, RetainedValue<T>>()
  /** None of them expires before: until then there is nothing to look for when there is no room. */
  #soonestMs = Number.POSITIVE_INFINITY

  get size(): number {
    return this.#values.size
  }

  /** Keeps a value in the place of an older one of its subject; false when there is no room. */
  keep(value: RetainedValue<T>): boolean {
    this.#values.delete(value.subject)
    if (this.#values.size >= MAX_RETAINED && this.#soonestMs <= value.publishedMs) this.sweep(value.publishedMs)
    if (this.#values.size >= MAX_RETAINED) return false
    this.#soonestMs = Math.min(this.#soonestMs, value.expiresMs)
    this.#values.set(value.subject, value)
    return true
  }

  forget(subject: string): void {
    this.#values.delete(subject)
  }

  /** Removes what has expired. */
  sweep(nowMs: number): void {
    this.#soonestMs = Number.POSITIVE_INFINITY
    for (const { subject, expiresMs } of this.#values.values()) {
      if (expiresMs <= nowMs) this.#values.delete(subject)
      else this.#soonestMs = Math.min(this.#soonestMs, expiresMs)
    }
  }

  /** Removes the values of the subjects that `test` picks and that are at least `ageMs` old; returns how many were still alive. */
  expire(test: (subject: string) => boolean, ageMs: number, nowMs: number): number {
    let removed = 0
    for (const { subject, publishedMs } of this.alive(test, nowMs)) {
      if (nowMs - publishedMs < ageMs) continue
      this.#values.delete(subject)
      removed++
    }
    return removed
  }

  /** What is alive of the subjects that `test` picks, the oldest publication first. */
  *alive(test: (subject: string) => boolean, nowMs: number): Iterable<RetainedValue<T>> {
    for (const value of this.#values.values()) {
      if (value.expiresMs <= nowMs) this.#values.delete(value.subject)
      else if (test(value.subject)) yield value
    }
  }
}
