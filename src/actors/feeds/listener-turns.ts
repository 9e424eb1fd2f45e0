import type { Cell } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { Outlet, Parcel, Source } from '../kernel/feed-port.js'
import { type OwnTurn, ownPost, type Post } from '../kernel/message.js'
import { admitOwn } from '../turns/admission.js'

interface Options {
  readonly listener: (item: unknown) => unknown
  readonly capacity: number
}

/**
 * Gives each item a turn of an actor's mailbox.
 *
 * - **Ordering**: with calls, tells and offers of who caused it, in the order in which they were sent.
 * - **Cost**: nothing is allocated for an item that waits. One that was dropped keeps its place until it is its turn, or until
 *   as many were dropped as may wait.
 */
export class ListenerTurns<T> implements Outlet<T>, OwnTurn {
  readonly where = 'listener'
  readonly request = null
  readonly run: (item: unknown, missed: unknown) => unknown
  readonly #core: Core
  readonly #cell: Cell
  readonly #source: Source<T>
  readonly #listener: Options['listener']
  readonly #capacity: number
  readonly #post: Post
  #waiting = 0
  /** Those at the front of what waits that will not be taken. */
  #skips = 0
  /** Items that were skipped since one was taken. */
  #missed = 0
  #ended = false

  constructor(core: Core, cell: Cell, source: Source<T>, { listener, capacity }: Options) {
    this.#core = core
    this.#cell = cell
    this.#source = source
    this.#listener = listener
    this.#capacity = capacity
    this.run = (item, missed) => this.#take(item as T, (missed as number | undefined) ?? 0)
    this.#post = ownPost(cell, 'listener', this)
  }

  get size(): number {
    return this.#waiting
  }

  add(parcel: Parcel<T>): void {
    this.#waiting++
    admitOwn(this.#core, this.#cell, this.#post, parcel)
  }

  dropOldest(): void {
    this.#waiting--
    this.#skips++
    if (this.#skips >= this.#capacity) this.#purge()
  }

  end(): void {
    this.#ended = true
  }

  #take(item: T, missed: number): unknown {
    if (this.#ended) return this.#core.counters.undelivered('stopped')
    if (this.#skips > 0) return this.#skip(missed)
    this.#waiting--
    const before = this.#missed
    this.#missed = 0
    const listener = this.#listener
    return listener(this.#source.show(item, before + missed))
  }

  #skip(missed: number): void {
    this.#skips--
    this.#missed += missed + 1
    this.#core.counters.undelivered('subscription-full')
  }

  #purge(): void {
    const purged = this.#cell.mailbox?.purge(this.#post, this.#skips) ?? 0
    this.#skips -= purged
    this.#missed += purged
    this.#core.counters.queued(-purged)
    for (let i = 0; i < purged; i++) this.#core.counters.dropped('subscription-full')
  }
}
