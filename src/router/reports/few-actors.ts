import type { ActorId } from '../../base/ids.js'

/**
 * Actors by id, in the order in which they were added. Pure state.
 *
 * - **Cost**: constant; a single one, which is what most hold, takes no map.
 */
export class FewActors<T extends { readonly id: ActorId }> {
  #only: T | null = null
  /** Set from the second actor on, and then holds all of them. */
  #many: Map<ActorId, T> | null = null

  get all(): readonly T[] {
    if (this.#many !== null) return [...this.#many.values()]
    return this.#only === null ? [] : [this.#only]
  }

  get(id: ActorId): T | undefined {
    if (this.#many !== null) return this.#many.get(id)
    return this.#only?.id === id ? this.#only : undefined
  }

  has(id: ActorId): boolean {
    return this.#many === null ? this.#only?.id === id : this.#many.has(id)
  }

  /** Adds one, in the place of what was known of it. */
  add(one: T): void {
    if (this.#many === null && (this.#only === null || this.#only.id === one.id)) {
      this.#only = one
      return
    }
    this.#many ??= new Map()
    if (this.#only !== null) this.#many.set(this.#only.id, this.#only)
    this.#only = null
    this.#many.set(one.id, one)
  }

  remove(id: ActorId): void {
    if (this.#many !== null) this.#many.delete(id)
    else if (this.#only?.id === id) this.#only = null
  }

  clear(): void {
    this.#only = null
    this.#many = null
  }
}
