import { SubscriptionHandle } from '../actors/facade/subscription-handle.js'
import { Feed } from '../actors/feeds/feed.js'
import type { Core } from '../actors/kernel/core.js'
import type { DeadLetter } from '../actors/kernel/dead-letters.js'
import { quote } from '../actors/quote.js'

/** Letters that may wait for one listener. */
const CAPACITY = 1000

/** Where the dead letters of all threads come together for those who listen. */
export class LetterBox {
  readonly #core: Core
  /** How many listen: memory that all threads of this process read. */
  readonly #listening: Int32Array
  readonly #tell: (count: number) => void
  readonly #feeds = new Set<Feed<DeadLetter>>()
  #record: ((letter: DeadLetter, missed: number) => void) | null = null

  /** `tell` is told how many listen, whenever that changes. */
  constructor(core: Core, listening: Int32Array, tell: (count: number) => void) {
    this.#core = core
    this.#listening = listening
    this.#tell = tell
  }

  take(letter: DeadLetter, missed: number): void {
    this.#record?.(letter, missed)
    for (const feed of this.#feeds) {
      if (missed > 0) feed.miss(missed)
      feed.push([letter])
    }
  }

  /** Lets `take` have each letter at once, besides those who listen. */
  record(take: (letter: DeadLetter, missed: number) => void): void {
    this.#record = take
    this.#count()
  }

  listen(listener: unknown): SubscriptionHandle {
    if (typeof listener !== 'function') throw new TypeError(`deadLetters(): listener is ${quote(listener)}; give a function`)
    const feed: Feed<DeadLetter> = new Feed<DeadLetter>(this.#core, this.#core.root.life, {
      what: () => 'deadLetters()',
      capacity: CAPACITY,
      overflow: 'drop-oldest',
      listener: listener as (letter: unknown) => unknown,
      signal: undefined,
      show: (letter, missed) => Object.freeze({ ...letter, missed }),
      onClose: () => this.#forget(feed),
    })
    this.#feeds.add(feed)
    this.#count()
    return new SubscriptionHandle(feed)
  }

  #forget(feed: Feed<DeadLetter>): void {
    this.#feeds.delete(feed)
    this.#count()
  }

  #count(): void {
    const count = this.#feeds.size + (this.#record === null ? 0 : 1)
    Atomics.store(this.#listening, 0, count)
    this.#tell(count)
  }
}
