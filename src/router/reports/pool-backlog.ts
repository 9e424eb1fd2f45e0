import type { ThreadKey } from '../../base/ids.js'

/** What a worker publishes for its pool. */
export interface WorkerReport {
  readonly subject: string
  readonly value: unknown
  readonly lifetimeMs: number
}

/** The newest of a subject, and how many before it were given up. */
export interface HeldReport extends WorkerReport {
  readonly cell: number
  readonly missed: number
}

/** Subjects that wait for one thread; beyond them the oldest is given up. */
const MAX_HELD = 10_000

/**
 * What workers publish for pools on other threads while there is no room on the way: of each subject the newest, in the order in
 * which these were published. Pure state.
 */
export class PoolBacklog {
  readonly #held = new Map<ThreadKey, Map<string, HeldReport>>()

  /** Returns what had to be given up, if anything had. */
  hold(thread: ThreadKey, cell: number, report: WorkerReport): HeldReport | undefined {
    const held = this.#held.get(thread) ?? new Map<string, HeldReport>()
    this.#held.set(thread, held)
    const key = `${cell} ${report.subject}`
    const older = held.get(key)
    held.delete(key)
    held.set(key, { ...report, cell, missed: older === undefined ? 0 : older.missed + 1 })
    return held.size > MAX_HELD ? shiftOf(held) : undefined
  }

  /** What waits for a thread, which waits no more. */
  take(thread: ThreadKey): Iterable<HeldReport> {
    const held = this.#held.get(thread)
    this.#held.delete(thread)
    return held?.values() ?? []
  }
}

function shiftOf(held: Map<string, HeldReport>): HeldReport | undefined {
  for (const [key, oldest] of held) {
    held.delete(key)
    return oldest
  }
  return undefined
}
