/** Tells calls that whoever asked has gone. An `AbortSignal` would do, and cost more than the call of a small method. */
export class Departure {
  #listeners: Set<(reason: unknown) => void> | null = null
  #gone: { readonly reason: unknown } | null = null

  /** Calls back once, at once when they have gone already. Returns how to take that back. */
  onLeave(listener: (reason: unknown) => void): () => void {
    if (this.#gone !== null) {
      listener(this.#gone.reason)
      return () => undefined
    }
    this.#listeners ??= new Set()
    this.#listeners.add(listener)
    return () => void this.#listeners?.delete(listener)
  }

  /** They have gone; a second time does nothing. */
  leave(reason: unknown): void {
    if (this.#gone !== null) return
    this.#gone = { reason }
    const listeners = this.#listeners
    this.#listeners = null
    for (const listener of listeners ?? []) listener(reason)
  }
}
