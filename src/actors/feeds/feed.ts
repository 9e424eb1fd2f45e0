import { offAbort, onAbort } from '../../base/abort-signal.js'
import { MailboxFull, type ServiceFailure } from '../../base/failures.js'
import type { Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { DropReason } from '../kernel/counters.js'
import type { FeedOptions, Outlet, Parcel } from '../kernel/feed-port.js'
import { Latest } from './latest.js'
import { ListenerTurns } from './listener-turns.js'
import { decideFeed } from './overflow.js'
import { Reading } from './reading.js'

function showingLatest<T>(latest: Latest<T>, show: FeedOptions<T>['show']): FeedOptions<T>['show'] {
  return (item, missed) => {
    latest.taken()
    return show(item, missed)
  }
}

/**
 * Items that an actor asked to hear of, in order: turns of its mailbox, or what it reads.
 *
 * - **Ownership**: ends with the incarnation that asked, with its signal, and with `close`; afterwards no listener is called.
 * - **Back-pressure**: none towards the source: what does not fit is dealt with as `overflow` says, and counted.
 */
export class Feed<T> implements Disposable {
  readonly #core: Core
  readonly #life: Life
  readonly #options: FeedOptions<T>
  readonly #outlet: Outlet<T>
  readonly #latest: Latest<T> | null
  readonly #capacity: number
  readonly #end = (): void => this.close()
  #closed = false
  #dropped = 0
  #missed = 0

  constructor(core: Core, life: Life, options: FeedOptions<T>) {
    this.#core = core
    this.#life = life
    this.#options = options
    this.#capacity = options.capacity
    const { listener, keyOf, overflow } = options
    this.#latest = overflow === 'latest' && keyOf !== undefined ? new Latest(keyOf) : null
    const latest = this.#latest
    const show = latest === null ? options.show : showingLatest(latest, options.show)
    this.#outlet =
      listener === undefined ? new Reading(core, show, this.#end) : new ListenerTurns(core, life.cell, { ...options, listener, show })
    life.waits ??= new Set()
    life.waits.add(this.#end)
    if (options.signal !== undefined) onAbort(options.signal, this.#end)
    if (listener !== undefined) core.retain()
  }

  /** Items that did not fit. */
  get dropped(): number {
    return this.#dropped
  }

  get closed(): boolean {
    return this.#closed
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

  close(): void {
    this.#finish(undefined)
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
    const details = `${this.#options.what} was closed: ${why} (overflow 'close')`
    this.#core.world.log.warn(details)
    this.#finish(new MailboxFull({ details }))
  }

  #finish(failure: ServiceFailure | undefined): void {
    if (this.#closed) return
    this.#closed = true
    const { signal, listener, onClose } = this.#options
    if (signal !== undefined) offAbort(signal, this.#end)
    this.#life.waits?.delete(this.#end)
    this.#outlet.end(failure)
    if (listener !== undefined) this.#core.release()
    onClose()
  }
}
