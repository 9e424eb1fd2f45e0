/** Double-ended queue in a circular array that doubles when full. */

const SMALLEST = 16

/**
 * A first-in, first-out queue that also takes from any place.
 *
 * - **Cost**: `push` and `shift` are constant; `takeAt` moves one element.
 */
export class Deque<T> {
  #items: (T | undefined)[] = new Array(SMALLEST)
  #head = 0
  #length = 0

  get length(): number {
    return this.#length
  }

  push(item: T): void {
    if (this.#length === this.#items.length) this.#grow()
    this.#items[(this.#head + this.#length) & (this.#items.length - 1)] = item
    this.#length++
  }

  /** The oldest, which stays. */
  get first(): T | undefined {
    return this.#length === 0 ? undefined : this.#items[this.#head]
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined
    const item = this.#items[this.#head]
    this.#items[this.#head] = undefined
    this.#head = (this.#head + 1) & (this.#items.length - 1)
    this.#length--
    return item
  }

  /** Takes the element at `index` (0 is the oldest); the oldest takes its place. */
  takeAt(index: number): T | undefined {
    if (index <= 0 || index >= this.#length) return this.shift()
    const at = (this.#head + index) & (this.#items.length - 1)
    const item = this.#items[at]
    this.#items[at] = this.#items[this.#head]
    this.shift()
    return item
  }

  #grow(): void {
    const items: (T | undefined)[] = new Array(this.#items.length * 2)
    for (let i = 0; i < this.#length; i++) items[i] = this.#items[(this.#head + i) & (this.#items.length - 1)]
    this.#items = items
    this.#head = 0
  }
}
