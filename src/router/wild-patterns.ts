import { AffixTable } from './affix-table.js'
import { groupsOf, pickMatching, putFirst, takeOut } from './group-list.js'
import type { PatternGroup } from './pattern-group.js'

/** So many patterns with the same head are tried one by one; more of them are told apart by their tails. */
const MOST_TRIED = 8
const FEW_AGAIN = MOST_TRIED / 2

/** Patterns with one head: a list of groups, or, when they are many, such lists by tail. */
type Shelf<T extends object> = PatternGroup<T> | Tails<T>

/**
 * Patterns with wildcards, by their heads (what stands before the first wildcard) and, where many share one, by their tails
 * (what stands behind the last). Pure state.
 *
 * - **Cost**: adding and removing is constant. A search tries the patterns whose head, and tail where it counts, are those of the
 *   subject; so patterns that have text in their middle only (`*a*`) are all tried.
 */
export class WildPatterns<T extends object> {
  readonly #shelves = new AffixTable<Shelf<T>>('head')

  get isEmpty(): boolean {
    return this.#shelves.size === 0
  }

  /** Adds a group whose pattern is not there yet. */
  add(group: PatternGroup<T>): void {
    const key = this.#keyOf(group)
    const shelf = this.#shelves.get(key)
    if (shelf instanceof Tails) shelf.add(group)
    else if (shelf === undefined || groupsOf(shelf).length < MOST_TRIED) this.#shelves.set(key, putFirst(shelf, group))
    else this.#shelves.set(key, new Tails([group, ...groupsOf(shelf)]))
  }

  /** Removes a group that was added. */
  remove(group: PatternGroup<T>): void {
    const key = this.#keyOf(group)
    const shelf = this.#shelves.get(key)
    if (shelf === undefined) return
    const rest = shelf instanceof Tails ? shelf.remove(group) : takeOut(shelf, group)
    if (rest === undefined) this.#shelves.delete(key)
    else if (rest !== shelf) this.#shelves.set(key, rest)
  }

  /** The groups whose patterns select a subject, in no order. */
  find(subject: string): PatternGroup<T>[] {
    const found: PatternGroup<T>[] = []
    for (const shelf of this.#shelves.find(subject)) {
      if (shelf instanceof Tails) shelf.find(subject, found)
      else pickMatching(shelf, subject, found)
    }
    return found
  }

  #keyOf({ pattern }: PatternGroup<T>): number {
    return this.#shelves.keyOf(pattern, pattern.search(/[*?]/))
  }
}

/** Patterns with one head, by their tails. */
class Tails<T extends object> {
  readonly #lists = new AffixTable<PatternGroup<T>>('tail')
  #count = 0

  constructor(groups: readonly PatternGroup<T>[]) {
    for (const group of groups) this.add(group)
  }

  add(group: PatternGroup<T>): void {
    const key = this.#keyOf(group)
    this.#lists.set(key, putFirst(this.#lists.get(key), group))
    this.#count++
  }

  /** Returns what is left: a list when it has become short. */
  remove(group: PatternGroup<T>): Shelf<T> | undefined {
    const key = this.#keyOf(group)
    const list = this.#lists.get(key)
    if (list === undefined) return this
    const rest = takeOut(list, group)
    if (rest === undefined) this.#lists.delete(key)
    else this.#lists.set(key, rest)
    return --this.#count > FEW_AGAIN ? this : this.#gathered()
  }

  find(subject: string, found: PatternGroup<T>[]): void {
    for (const list of this.#lists.find(subject)) pickMatching(list, subject, found)
  }

  #gathered(): PatternGroup<T> | undefined {
    let gathered: PatternGroup<T> | undefined
    for (const group of [...this.#lists.values()].flatMap(groupsOf)) gathered = putFirst(gathered, group)
    return gathered
  }

  #keyOf({ pattern }: PatternGroup<T>): number {
    const last = Math.max(pattern.lastIndexOf('*'), pattern.lastIndexOf('?'))
    return this.#lists.keyOf(pattern, pattern.length - 1 - last)
  }
}
