import { offAbort, onAbort } from '../../base/abort-signal.js'
import { MailboxFull, type ServiceFailure } from '../../base/failures.js'
import type { Ending, Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { DropReason } from '../kernel/counters.js'
import type { FeedOptions, Outlet, Parcel, Source } from '../kernel/feed-port.js'
import { Latest } from './latest.js'
import { ListenerTurns } from './listener-turns.js'
import { decideFeed } from './overflow.js'
import { Reading } from './reading.js'

/**
 * Items that an actor asked to hear of, in order: turns of its mailbox, or what it reads.
 *
 * - **Ownership**: ends with the incarnation that asked, with its signal, and with `close`; afterwards no listener is called.
 * - **Back-pressure**: none towards the source: what does not fit is dealt with as `overflow` says, and counted.
 */
export class Feed<T> implements Source<T>, Ending, Disposable {
  readonly #core: Core
  readonly #life: Life
  readonly #options: FeedOptions<T>
  readonly #outlet: Outlet<T>
  readonly #latest: Latest<T> | null
  readonly #capacity: number
  readonly #onAbort: (() => void) | null
  #closed = false
  #dropped = 0
  #missed = 0

  constructor(core: Core, life: Life, options: FeedOptions<T>) {
    this.#core = core
    this.#life = life
    this.#options = options
    this.#capacity = options.capacity
    const { listener, overflow, signal } = options
    this.#latest = overflow === 'latest' && options.keyOf !== undefined ? new Latest((item) => options.keyOf?.(item) ?? '') : null
    this.#outlet =
      listener === undefined ? new Reading(core, this) : new ListenerTurns(core, life.cell, this, { listener, capacity: options.capacity })
    life.waits ??= new Set()
    life.waits.add(this)
    this.#onAbort = signal === undefined ? null : () => this.close()
    if (signal !== undefined && this.#onAbort !== null) onAbort(signal, this.#onAbort)
    if (listener !== undefined) core.retain()
  }

  /** Items that did not fit. */
  get dropped(): number {
    return this.#dropped
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Items that its listener or reader has still to take. */
  get waiting(): number {
    return this.#outlet.size
  }

  /** The reader of a feed without a listener. */
  get reading(): Reading<T> | undefined {
    return this.#outlet instanceof Reading ? this.#outlet : undefined
  }

  /** `parcel` holds the item, and may be shared with other feeds. */
  push(parcel: Parcel<T>): void {
    if (this.#closed) return
    if (this.#latest === null && this.#missed === 0 && this.#outlet.size < this.#capacity) this.#outlet.add(parcel)
    else this.#decide(parcel[0])
  }

  /** So many items were dropped before they came here. */
  miss(count: number): void {
    if (this.#closed) return
    this.#shed('link-full', count)
    if (this.#options.overflow === 'close') return this.#overflow(`${count} items found no room on their way here`)
    this.#missed += count
  }

  /** What the reader or listener gets for the oldest item that waits. */
  show(item: T, missed: number): unknown {
    if (this.#latest !== null) this.#latest.taken()
    return this.#options.show(item, missed)
  }

  close(): void {
    this.#finish(undefined)
  }

  /** Its actor has ended. */
  end(): void {
    this.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #decide(item: T): void {
    const { overflow } = this.#options
    const waiting = this.#latest?.find(item)
    switch (decideFeed(overflow, waiting !== undefined, this.#outlet.size, this.#capacity)) {
      case 'replace':
        this.#shed('subscription-full', 1)
        return this.#latest?.replace(item)
      case 'drop':
        this.#missed++
        return this.#shed('subscription-full', 1)
      case 'close':
        this.#shed('subscription-full', 1)
        return this.#overflow(`more than ${this.#capacity} items waited`)
      case 'accept-and-drop-oldest':
        this.#dropped++
        this.#latest?.taken()
        this.#outlet.dropOldest()
        return this.#accept(item)
      case 'accept':
        return this.#accept(item)
    }
  }

  #accept(item: T): void {
    const parcel: [T, number] = [item, this.#missed]
    this.#missed = 0
    this.#latest?.add(parcel)
    this.#outlet.add(parcel)
  }

  /** Dropped before they waited here. */
  #shed(reason: DropReason, count: number): void {
    this.#dropped += count
    this.#core.counters.shed(reason, count)
  }

  #overflow(why: string): void {
    const details = `${this.#options.what()} was closed: ${why} (overflow 'close')`
    this.#core.world.log.warn(details)
    this.#finish(new MailboxFull({ details }))
  }

  #finish(failure: ServiceFailure | undefined): void {
    if (this.#closed) return
    this.#closed = true
    const { signal, listener } = this.#options
    if (signal !== undefined && this.#onAbort !== null) offAbort(signal, this.#onAbort)
    this.#life.waits?.delete(this)
    this.#outlet.end(failure)
    if (listener !== undefined) this.#core.release()
    this.#options.onClose()
  }
}
