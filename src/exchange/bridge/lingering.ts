/** Tells what has been missing for a whole period: at two looks, one after the other. Pure state. */
export class Lingering<T> {
  #before: ReadonlySet<T> = new Set()

  /** Of those that are missing now, those that were at the last look too. */
  look(missing: Iterable<T>): readonly T[] {
    const now = new Set(missing)
    const both = [...now].filter((one) => this.#before.has(one))
    this.#before = now
    return both
  }
}
