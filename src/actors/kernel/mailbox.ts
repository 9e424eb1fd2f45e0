import type { Overflow } from '../actor-options.js'
import { type Envelope, type EnvelopeKind, type Lane, NORMAL, type Post } from './message.js'
import { Ring } from './ring.js'

export interface MailboxOptions {
  readonly capacity: number
  readonly overflow: Overflow
}

/**
 * The messages before an actor, a queue for each priority.
 *
 * - **Ordering**: what has a higher priority goes first; within a priority, first in, first out.
 */
export class Mailbox {
  readonly #normal = new Ring()
  /** Made when first needed, which is seldom. */
  #high: Ring | null = null
  #low: Ring | null = null

  get size(): number {
    return this.#normal.size + (this.#high === null ? 0 : this.#high.size) + (this.#low === null ? 0 : this.#low.size)
  }

  push(envelope: Envelope): void {
    this.#lane(envelope.post.lane).push(envelope)
  }

  /** A tell needs no object of its own while it waits. */
  pushTell(post: Post, args: readonly unknown[]): void {
    this.#lane(post.lane).pushTell(post, args)
  }

  shift(): Envelope | null {
    if (this.#high !== null && this.#high.size > 0) return this.#high.shift()
    return this.#normal.shift() ?? this.#low?.shift() ?? null
  }

  /** Takes out the oldest message of the lowest priority, if that is no higher than `lane`; what an actor owes itself stays. */
  takeOldest(lane: Lane): Envelope | null {
    for (const priority of [2, 1, 0] as const) {
      const oldest = priority < lane ? null : this.#existing(priority)?.take((envelope) => envelope.kind !== 'own')
      if (oldest) return oldest
    }
    return null
  }

  some(test: (envelope: Envelope) => boolean): boolean {
    return this.#rings().some((ring) => ring.some(test))
  }

  eachArgs(renew: (args: readonly unknown[]) => readonly unknown[]): void {
    for (const ring of this.#rings()) ring.eachArgs(renew)
  }

  #rings(): readonly Ring[] {
    return [this.#high, this.#normal, this.#low].filter((ring) => ring !== null)
  }

  #existing(lane: Lane): Ring | null {
    if (lane === NORMAL) return this.#normal
    return lane === 0 ? this.#high : this.#low
  }

  #lane(lane: Lane): Ring {
    if (lane === NORMAL) return this.#normal
    if (lane === 0) {
      this.#high ??= new Ring()
      return this.#high
    }
    this.#low ??= new Ring()
    return this.#low
  }
}

/** What becomes of a message that arrives. */
export type Admission = 'accept' | 'accept-and-drop-oldest' | 'wait' | 'refuse' | 'drop'

/**
 * Decides what becomes of a message, from the size of the mailbox and the number that wait outside it.
 *
 *   | full        | call   | tell   | offer  |
 *   | reject      | refuse | drop   | wait   |
 *   | drop-newest | refuse | drop   | wait   |
 *   | drop-oldest | drop the oldest, accept  |
 *   | wait        | wait   | drop   | wait   |
 *
 * What waits outside is bounded by the capacity again; beyond that it is refused. An actor's own turns are always accepted: it
 * has one message at most for each timer and each stream.
 */
export function decideAdmission(kind: EnvelopeKind, options: MailboxOptions, size: number, waiting: number): Admission {
  if (size < options.capacity || kind === 'own') return 'accept'
  if (options.overflow === 'drop-oldest') return 'accept-and-drop-oldest'
  if (kind === 'tell') return 'drop'
  const waits = kind === 'offer' || options.overflow === 'wait'
  return waits && waiting < options.capacity ? 'wait' : 'refuse'
}
