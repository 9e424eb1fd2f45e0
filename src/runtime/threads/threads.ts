import type { ThreadKey } from '../../base/ids.js'

/** The threads of a system beside thread 0, which alone starts them. */
export interface Threads {
  /** The thread of a slot, or a new one of its own, started if it is not there. Rejects when it cannot be. */
  ensure(slot: number | 'dedicated', moduleUrl: string): Promise<ThreadKey>
  /** Ends all threads; those that are starting too. */
  close(): Promise<void>
}
