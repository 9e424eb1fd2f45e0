import type { ThreadKey } from '../../base/ids.js'
import type { Place } from './placement.js'

/** A thread that has yet to load its module. */
export interface StillLoading {
  readonly label: string
  readonly moduleUrl: string
  /** How long it has been about it. */
  readonly forMs: number
}

/** The threads of a system beside thread 0, which alone starts them. */
export interface Threads {
  /** The thread of a place, started if it is not there. Rejects when it cannot be. */
  ensure(place: Place, moduleUrl: string): Promise<ThreadKey>
  /** So many listen to dead letters now. */
  listening(count: number): void
  /** Ends the threads that have yet to load, which have no actors, and tells which they were. */
  endStarting(): readonly StillLoading[]
  /** Ends all threads; those that are starting too. */
  close(): Promise<void>
}
