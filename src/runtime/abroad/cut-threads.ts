import type { ThreadKey } from '../../base/ids.js'

/** Processes of which it is kept; of more, those that were cut off last. */
const MOST_PLACES = 1000
/** Of each. */
const MOST_THREADS = 64

/** Threads of other processes to which the way was lost while they may go on, by where they are. Pure state. */
export class CutThreads {
  readonly #places = new Map<string, Set<ThreadKey>>()

  add(place: string, thread: ThreadKey): void {
    const threads = this.#places.get(place) ?? new Set()
    if (threads.size < MOST_THREADS) threads.add(thread)
    this.#places.delete(place)
    this.#places.set(place, threads)
    if (this.#places.size <= MOST_PLACES) return
    for (const oldest of this.#places.keys()) return void this.#places.delete(oldest)
  }

  /** Those of a place, which are forgotten. */
  take(place: string): readonly ThreadKey[] {
    const threads = [...(this.#places.get(place) ?? [])]
    this.#places.delete(place)
    return threads
  }
}
