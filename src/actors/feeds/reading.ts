import { Deque } from '../../base/deque.js'
import type { ServiceFailure } from '../../base/failures.js'
import type { Core } from '../kernel/core.js'
import type { Outlet, Parcel, Source } from '../kernel/feed-port.js'

type Result = IteratorResult<unknown, undefined>

const DONE: Result = Object.freeze({ done: true, value: undefined })

interface Waiting {
  readonly resolve: (result: Result) => void
}

/** Items that are read with `for await`. What waits to be read counts as delivered when it is. */
export class Reading<T> implements Outlet<T> {
  readonly #core: Core
  readonly #source: Source<T>
  readonly #items = new Deque<Parcel<T>>()
  readonly #waiting = new Deque<Waiting>()
  #missed = 0
  #failure: ServiceFailure | undefined
  #ended = false

  constructor(core: Core, source: Source<T>) {
    this.#core = core
    this.#source = source
  }

  get size(): number {
    return this.#items.length
  }

  add(parcel: Parcel<T>): void {
    this.#core.counters.sent()
    this.#core.counters.queued(1)
    const waiting = this.#waiting.shift()
    if (waiting === undefined) return this.#items.push(parcel)
    this.#core.release()
    waiting.resolve(this.#give(parcel))
  }

  dropOldest(): void {
    const oldest = this.#items.shift()
    if (oldest === undefined) return
    this.#missed += 1 + (oldest[1] ?? 0)
    this.#discard('subscription-full')
  }

  /** What waits is dropped, unless the feed ended with a failure, which comes after it. */
  end(failure: ServiceFailure | undefined): void {
    this.#ended = true
    this.#failure = failure
    if (failure === undefined) this.#discardAll()
    for (let waiting = this.#waiting.shift(); waiting !== undefined; waiting = this.#waiting.shift()) {
      this.#core.release()
      waiting.resolve(DONE)
    }
  }

  next(): Promise<Result> {
    const parcel = this.#items.shift()
    if (parcel !== undefined) return Promise.resolve(this.#give(parcel))
    const failure = this.#failure
    this.#failure = undefined
    if (failure !== undefined) return Promise.reject(failure)
    if (this.#ended) return Promise.resolve(DONE)
    this.#core.retain()
    return new Promise((resolve) => this.#waiting.push({ resolve }))
  }

  return(): Promise<Result> {
    this.#failure = undefined
    this.#discardAll()
    this.#source.close()
    return Promise.resolve(DONE)
  }

  #give([item, missed = 0]: Parcel<T>): Result {
    this.#core.counters.delivered()
    const before = this.#missed
    this.#missed = 0
    return { done: false, value: this.#source.show(item, before + missed) }
  }

  #discardAll(): void {
    while (this.#items.shift() !== undefined) this.#discard('stopped')
  }

  #discard(reason: 'subscription-full' | 'stopped'): void {
    this.#core.counters.queued(-1)
    this.#core.counters.dropped(reason)
  }
}
