/** A set of identifiers that does not keep the files alive in which they were found. */
export class IdentifierSet {
  readonly #seen = new Set<string>()

  get size(): number {
    return this.#seen.size
  }

  /** Adds an identifier and returns it the first time, `undefined` afterwards. */
  add(identifier: string): string | undefined {
    if (this.#seen.has(identifier)) return undefined
    // V8 cuts a match out of a text by pointing into it: without a copy, one identifier would hold its whole file.
    const copy = Buffer.from(identifier, 'latin1').toString('latin1')
    this.#seen.add(copy)
    return copy
  }
}
