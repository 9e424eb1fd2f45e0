/** What ends early when whoever asked has gone. */
export interface Leavable {
  /** Does nothing once it has ended. */
  leave(reason: unknown): void
}

/** Tells calls that whoever asked has gone. An `AbortSignal` would do, and cost more than the call of a small method. */
export class Departure {
  /** Where an attendance keeps it. */
  place: number
  /** As many as one question has calls, a few more where they are asked for one after the other. */
  readonly #calls: Leavable[] = []
  #gone: { readonly reason: unknown } | null = null

  constructor(place: number) {
    this.place = place
  }

  /** Ends a call when they go, or at once when they have gone already. It is kept as long as the question. */
  add(call: Leavable): void {
    if (this.#gone === null) this.#calls.push(call)
    else call.leave(this.#gone.reason)
  }

  /** They have gone; a second time does nothing. */
  leave(reason: unknown): void {
    if (this.#gone !== null) return
    this.#gone = { reason }
    for (const call of this.#calls.splice(0)) call.leave(reason)
  }
}
