/**
 * What a thread counts, one double each, so that they can live in memory that outlives the thread.
 *
 *   index  0 sent │ 1 delivered │ 2 late results │ 3 failed tells │ 4 actors │ 5 queued │ 8 … one per drop reason
 */

export const DROP_REASONS = [
  'mailbox-full',
  'expired',
  'aborted',
  'stopped',
  'unavailable',
  'link-full',
  'link-lost',
  'undecodable',
  'deadlock',
  'subscription-full',
] as const

/** Why a message was not delivered. */
export type DropReason = (typeof DROP_REASONS)[number]

const SENT = 0
const DELIVERED = 1
const LATE = 2
const FAILED_TELLS = 3
const ACTORS = 4
const QUEUED = 5
const DROPPED = 8

export const COUNTER_BYTES = (DROPPED + DROP_REASONS.length) * Float64Array.BYTES_PER_ELEMENT

/** Figures of one thread at one moment. */
export interface CounterReading {
  readonly sent: number
  readonly delivered: number
  readonly late: number
  readonly failedTells: number
  readonly actors: number
  readonly queued: number
  readonly dropped: Readonly<Record<DropReason, number>>
}

/** Counts what a thread does. Only that thread writes; any may read. */
export class Counters {
  readonly #cells: Float64Array

  constructor(memory: ArrayBufferLike = new ArrayBuffer(COUNTER_BYTES)) {
    this.#cells = new Float64Array(memory)
  }

  /** Counted before anything else is of a message, so that a thread that ends in between leaves one too many, never one too few. */
  sent(): void {
    this.#add(SENT, 1)
  }

  /** What was counted as sent could not be. */
  unsent(): void {
    this.#add(SENT, -1)
  }

  delivered(): void {
    this.#add(DELIVERED, 1)
    this.#add(QUEUED, -1)
  }

  /** What had its turn and did nothing with it was not delivered after all. */
  undelivered(reason: DropReason): void {
    this.#add(DELIVERED, -1)
    this.dropped(reason)
  }

  /** Turns of messages that have begun. */
  get begun(): number {
    return this.#cells[DELIVERED] as number
  }

  queued(by: number): void {
    this.#add(QUEUED, by)
  }

  dropped(reason: DropReason): void {
    this.#add(DROPPED + DROP_REASONS.indexOf(reason), 1)
  }

  /** What was sent and dropped at once: it never waited. */
  shed(reason: DropReason, count: number): void {
    this.#add(SENT, count)
    this.#add(DROPPED + DROP_REASONS.indexOf(reason), count)
  }

  late(): void {
    this.#add(LATE, 1)
  }

  failedTell(): void {
    this.#add(FAILED_TELLS, 1)
  }

  actors(by: number): void {
    this.#add(ACTORS, by)
  }

  /**
   * A thread has died: what it had and had not dealt with is lost, in mailboxes and on its way out; its actors are gone. `flow` is
   * what came into it over links, less what left it.
   */
  threadEnded(flow: number): void {
    const { sent, delivered, dropped } = this.read()
    const dealtWith = delivered + Object.values(dropped).reduce((sum, one) => sum + one, 0)
    this.#add(DROPPED + DROP_REASONS.indexOf('link-lost'), sent + flow - dealtWith)
    this.#cells[QUEUED] = 0
    this.#cells[ACTORS] = 0
  }

  read(): CounterReading {
    const at = (index: number): number => this.#cells[index] ?? 0
    const dropped = Object.fromEntries(DROP_REASONS.map((reason, i) => [reason, at(DROPPED + i)])) as Record<DropReason, number>
    return {
      sent: at(SENT),
      delivered: at(DELIVERED),
      late: at(LATE),
      failedTells: at(FAILED_TELLS),
      actors: at(ACTORS),
      queued: at(QUEUED),
      dropped,
    }
  }

  #add(index: number, by: number): void {
    this.#cells[index] = (this.#cells[index] as number) + by
  }
}
