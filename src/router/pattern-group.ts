/** One entry under one pattern. */
export interface Matched<T> {
  readonly pattern: string
  readonly entry: T
  /** Counts what happens to the index: what was added earlier has the lower number. */
  readonly order: number
}

/**
 * A pattern and everything that was added under it, in order. Pure state.
 *
 * - **Cost**: adding and removing is constant, however many there are. Most patterns have one entry, which takes no map.
 */
export class PatternGroup<T extends object> {
  readonly pattern: string
  /** Number of the last change. */
  changedAt = 0
  /** Neighbors in a list of groups; `group-list.ts` links them. */
  next: PatternGroup<T> | undefined = undefined
  previous: PatternGroup<T> | undefined = undefined
  #only: Matched<T> | undefined = undefined
  /** Set from the second entry on, and then holds all of them. */
  #many: Map<T, Matched<T>> | undefined = undefined
  /** What `#many` holds, since `entries` was asked for. */
  #listed: readonly Matched<T>[] | undefined = undefined

  constructor(pattern: string) {
    this.pattern = pattern
  }

  get size(): number {
    if (this.#many !== undefined) return this.#many.size
    return this.#only === undefined ? 0 : 1
  }

  /** In order of addition. An array that was handed out does not change any more. */
  get entries(): readonly Matched<T>[] {
    if (this.#many === undefined) return this.#only === undefined ? [] : [this.#only]
    this.#listed ??= [...this.#many.values()]
    return this.#listed
  }

  /** Adds the entries to a list. */
  collect(list: Matched<T>[]): void {
    if (this.#only !== undefined) list.push(this.#only)
    else for (const matched of this.entries) list.push(matched)
  }

  /** False when it is there already. */
  add(entry: T, order: number): boolean {
    if (this.#has(entry)) return false
    const matched: Matched<T> = { pattern: this.pattern, entry, order }
    if (this.size === 0) this.#only = matched
    else this.#manyOf().set(entry, matched)
    this.#changed(order)
    return true
  }

  /** False when it was not there. */
  remove(entry: T, order: number): boolean {
    if (!this.#has(entry)) return false
    if (this.#many === undefined) this.#only = undefined
    else this.#shrink(this.#many, entry)
    this.#changed(order)
    return true
  }

  #has(entry: T): boolean {
    return this.#many?.has(entry) ?? this.#only?.entry === entry
  }

  #manyOf(): Map<T, Matched<T>> {
    this.#many ??= new Map()
    if (this.#only !== undefined) this.#many.set(this.#only.entry, this.#only)
    this.#only = undefined
    return this.#many
  }

  #shrink(many: Map<T, Matched<T>>, entry: T): void {
    many.delete(entry)
    if (many.size > 1) return
    for (const rest of many.values()) this.#only = rest
    this.#many = undefined
  }

  #changed(order: number): void {
    this.changedAt = order
    this.#listed = undefined
  }
}
