/** What one would write by hand to tell answers apart: a map of those who wait, by number; no deadline, no failures. */
export class Waiting {
  readonly #resolvers = new Map<number, (value: number) => void>()
  #last = 0

  /** Sends under a new number; resolves with what is answered to that. */
  ask(send: (id: number) => void): Promise<number> {
    return new Promise((resolve) => {
      const id = ++this.#last
      this.#resolvers.set(id, resolve)
      send(id)
    })
  }

  answered(id: number, value: number): void {
    const resolve = this.#resolvers.get(id)
    this.#resolvers.delete(id)
    resolve?.(value)
  }
}
