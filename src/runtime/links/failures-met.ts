/** What was thrown on the way through things of which each must have its turn, whatever becomes of the others. */
export class FailuresMet {
  #first: { readonly error: unknown } | null = null

  add(error: unknown): void {
    this.#first ??= { error }
  }

  /** Throws what was thrown first, if anything was. */
  rethrow(): void {
    if (this.#first !== null) throw this.#first.error
  }
}
