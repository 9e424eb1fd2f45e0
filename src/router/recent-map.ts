/**
 * A map of bounded size that forgets what has not been asked for lately: two maps, of which the younger is filled; when it is
 * full it becomes the older one, and what that held is forgotten.
 *
 * - **Cost**: all constant; never holds more than `limit` values, and always the `limit / 2` last asked for.
 */
export class RecentMap<V extends object> {
  readonly #half: number
  #young = new Map<string, V>()
  #old = new Map<string, V>()

  constructor(limit: number) {
    this.#half = Math.max(1, limit >> 1)
  }

  get(key: string): V | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  set(key: string, value: V): void {
    if (this.#young.size >= this.#half) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
  }
}
