/** One entry under one pattern. */
export interface Matched<T> {
  readonly pattern: string
  readonly entry: T
  /** Counts what happens to the index: what was added earlier has the lower number. */
  readonly order: number
}

/** Up to so many entries an array is searched; more of them are kept in a map. */
const FEW = 16
const FEW_AGAIN = FEW / 2

/**
 * A pattern and everything that was added under it, in order. Pure state.
 *
 * - **Cost**: adding and removing is constant, however many there are; `entries` is built again when asked for after a change.
 */
export class PatternGroup<T extends object> {
  readonly pattern: string
  /** Number of the last change. */
  changedAt = 0
  /** Neighbors in a list of groups: `WildPatterns` owns them. */
  next: PatternGroup<T> | undefined
  previous: PatternGroup<T> | undefined
  #entries: readonly Matched<T>[] | undefined = []
  #many: Map<T, Matched<T>> | undefined

  constructor(pattern: string) {
    this.pattern = pattern
    this.next = undefined
    this.previous = undefined
  }

  get size(): number {
    return this.#many?.size ?? this.entries.length
  }

  /** In order of addition. An array that was handed out does not change any more. */
  get entries(): readonly Matched<T>[] {
    this.#entries ??= [...(this.#many?.values() ?? [])]
    return this.#entries
  }

  /** False when it is there already. */
  add(entry: T, order: number): boolean {
    if (this.#has(entry)) return false
    const matched: Matched<T> = { pattern: this.pattern, entry, order }
    if (this.#many === undefined && this.size < FEW) this.#entries = [...this.entries, matched]
    else this.#grow(matched)
    this.changedAt = order
    return true
  }

  /** False when it was not there. */
  remove(entry: T, order: number): boolean {
    if (!this.#has(entry)) return false
    if (this.#many === undefined) this.#entries = this.entries.filter((matched) => matched.entry !== entry)
    else this.#shrink(this.#many, entry)
    this.changedAt = order
    return true
  }

  #has(entry: T): boolean {
    return this.#many?.has(entry) ?? this.entries.some((matched) => matched.entry === entry)
  }

  #grow(matched: Matched<T>): void {
    this.#many ??= new Map(this.entries.map((known) => [known.entry, known]))
    this.#many.set(matched.entry, matched)
    this.#entries = undefined
  }

  #shrink(many: Map<T, Matched<T>>, entry: T): void {
    many.delete(entry)
    this.#entries = many.size > FEW_AGAIN ? undefined : [...many.values()]
    if (many.size <= FEW_AGAIN) this.#many = undefined
  }
}
