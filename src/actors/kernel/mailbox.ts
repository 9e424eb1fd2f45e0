import type { Overflow } from '../actor-options.js'
import type { Envelope, EnvelopeList } from './message.js'

export interface MailboxOptions {
  readonly capacity: number
  readonly overflow: Overflow
}

/** First-in, first-out list through the envelopes themselves: nothing is allocated for it. */
export class Mailbox implements EnvelopeList {
  #head: Envelope | null = null
  #tail: Envelope | null = null
  #size = 0

  get size(): number {
    return this.#size
  }

  push(envelope: Envelope): void {
    envelope.list = this
    envelope.prev = this.#tail
    if (this.#tail === null) this.#head = envelope
    else this.#tail.next = envelope
    this.#tail = envelope
    this.#size++
  }

  shift(): Envelope | null {
    const envelope = this.#head
    if (envelope === null) return null
    const { next } = envelope
    this.#head = next
    if (next === null) this.#tail = null
    else next.prev = null
    envelope.next = envelope.list = null
    this.#size--
    return envelope
  }

  /** The oldest that `test` picks. */
  first(test: (envelope: Envelope) => boolean): Envelope | null {
    for (let envelope = this.#head; envelope !== null; envelope = envelope.next) if (test(envelope)) return envelope
    return null
  }

  each(visit: (envelope: Envelope) => void): void {
    for (let envelope = this.#head; envelope !== null; envelope = envelope.next) visit(envelope)
  }

  remove(envelope: Envelope): void {
    if (envelope.list !== this) return
    const { next, prev } = envelope
    if (prev === null) this.#head = next
    else prev.next = next
    if (next === null) this.#tail = prev
    else next.prev = prev
    envelope.next = envelope.prev = envelope.list = null
    this.#size--
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
 * What waits outside is bounded by the capacity again; beyond that it is refused. Timers are always accepted: an actor
 * has one message at most for each of them.
 */
export function decideAdmission(kind: Envelope['kind'], options: MailboxOptions, size: number, waiting: number): Admission {
  if (size < options.capacity || kind === 'timer') return 'accept'
  if (options.overflow === 'drop-oldest') return 'accept-and-drop-oldest'
  if (kind === 'tell') return 'drop'
  const waits = kind === 'offer' || options.overflow === 'wait'
  return waits && waiting < options.capacity ? 'wait' : 'refuse'
}
