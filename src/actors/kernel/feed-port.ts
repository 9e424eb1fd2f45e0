import type { ServiceFailure } from '../../base/failures.js'

/** What happens to an item that finds its feed full. */
export type FeedOverflow = 'drop-oldest' | 'drop-newest' | 'latest' | 'close'

/** How items reach whoever asked for them. */
export interface FeedOptions<T> {
  /** For messages: `subscribe("clock", "*")`. */
  what(): string
  readonly capacity: number
  readonly overflow: FeedOverflow
  /** Gets each item as a turn of its actor; without one the feed is read. */
  readonly listener: ((item: unknown) => unknown) | undefined
  readonly signal: AbortSignal | undefined
  /** Items of the same key count as one under `'latest'`. */
  keyOf?(item: T): string
  /** What the listener or reader gets for an item, made when it is its turn. `missed`: items dropped since the one before. */
  show(item: T, missed: number): unknown
  /** Told once, however it ended. */
  onClose(): void
}

/** Whoever asked for items, seen from where they wait. */
export interface Source<T> {
  /** What is given for an item, whose turn it is. */
  show(item: T, missed: number): unknown
  close(): void
}

/** One item on its way, and how many were dropped before it. Whoever only passes on items may share one among many feeds. */
export type Parcel<T> = readonly [item: T, missed?: number]

/** Where items wait until they are taken. */
export interface Outlet<T> {
  /** Items that wait and will be taken. */
  readonly size: number
  add(parcel: Parcel<T>): void
  /** The oldest will not be taken; the next one says so. */
  dropOldest(): void
  /** Nothing comes any more; with a failure, what waits is read first. */
  end(failure: ServiceFailure | undefined): void
}

/** Where items are put for whoever asked for them. */
export interface Inlet<T> {
  readonly closed: boolean
  /** `parcel` holds the item, and may be shared with other feeds. */
  push(parcel: Parcel<T>): void
  /** So many items were dropped before they came here. */
  miss(count: number): void
  close(): void
}
