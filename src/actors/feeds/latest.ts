import { Deque } from '../../base/deque.js'

type Parcel<T> = [item: T, missed: number]

/** What waits of a feed that keeps one item for each key: a newer item takes the place of an older one. */
export class Latest<T> {
  readonly #keyOf: (item: T) => string
  readonly #byKey = new Map<string, Parcel<T>>()
  readonly #order = new Deque<Parcel<T>>()

  constructor(keyOf: (item: T) => string) {
    this.#keyOf = keyOf
  }

  find(item: T): Parcel<T> | undefined {
    return this.#byKey.get(this.#keyOf(item))
  }

  add(parcel: Parcel<T>): void {
    this.#byKey.set(this.#keyOf(parcel[0]), parcel)
    this.#order.push(parcel)
  }

  /** Puts a newer item where one of its key waits, which then is missed. */
  replace(item: T): void {
    const waiting = this.find(item)
    if (waiting === undefined) return
    waiting[0] = item
    waiting[1]++
  }

  /** The oldest does not wait any more. */
  taken(): void {
    const oldest = this.#order.shift()
    if (oldest !== undefined) this.#byKey.delete(this.#keyOf(oldest[0]))
  }
}
