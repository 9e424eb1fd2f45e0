import type { Overflow } from '../actor-options.js'
import { type Envelope, type EnvelopeKind, type EnvelopeList, type Lane, NORMAL, type Post } from './message.js'
import { envelopeOf, packed, Ring, renewed, WHOLE } from './ring.js'

export interface MailboxOptions {
  readonly capacity: number
  readonly overflow: Overflow
}

/**
 * The messages before an actor, a queue for each priority.
 *
 * - **Ordering**: what has a higher priority goes first; within a priority, first in, first out.
 * - **Cost**: the first message stands beside its queue, which is made for the second: a million actors with a message each have
 *   no queue at all.
 */
export class Mailbox implements EnvelopeList {
  /** The oldest of normal priority, in the form that a {@link Ring} has. */
  #message: Envelope | Post | null = null
  #args: unknown = null
  #normal: Ring | null = null
  /** Those of high and of low priority, which are rare. */
  #others: Others | null = null
  /** Those that the actor gave itself. */
  #own = 0

  get size(): number {
    return (this.#message === null ? 0 : 1) + sizeOf(this.#normal) + (this.#others === null ? 0 : this.#others.size)
  }

  /** Messages of others, which the capacity is for: what an actor owes itself is bounded by what it asked for. */
  get load(): number {
    return this.size - this.#own
  }

  push(envelope: Envelope): void {
    if (envelope.post.own !== null) this.#own++
    if (envelope.post.lane !== NORMAL) return this.#othersOf().ring(envelope.post.lane).push(envelope)
    if (!this.#isEmpty()) return this.#ring().push(envelope)
    this.#message = envelope
    this.#args = WHOLE
    envelope.list = this
  }

  /** A tell needs no object of its own while it waits. */
  pushTell(post: Post, args: readonly unknown[]): void {
    if (post.own !== null) this.#own++
    if (post.lane !== NORMAL) return this.#othersOf().ring(post.lane).pushTell(post, packed(args))
    if (!this.#isEmpty()) return this.#ring().pushTell(post, packed(args))
    this.#message = post
    this.#args = packed(args)
  }

  shift(): Envelope | null {
    const envelope = this.#next()
    if (this.#own > 0 && envelope !== null && envelope.post.own !== null) this.#own--
    return envelope
  }

  #next(): Envelope | null {
    if (this.#others?.urgent === true) return this.#others.shift()
    if (this.#message !== null) return this.#takeFirst(this.#message)
    return this.#normal?.shift() ?? this.#others?.shift() ?? null
  }

  /** Takes out the oldest message of the lowest priority, if that is no higher than `lane`; what an actor owes itself stays. */
  takeOldest(lane: Lane): Envelope | null {
    return (
      this.#others?.take(2, isForeign) ??
      (lane <= NORMAL ? this.#takeNormal() : null) ??
      (lane === 0 ? (this.#others?.take(0, isForeign) ?? null) : null)
    )
  }

  some(test: (envelope: Envelope) => boolean): boolean {
    const first = this.#message === null ? null : envelopeOf(this.#message, this.#args)
    return (first !== null && test(first)) || this.#normal?.some(test) === true || this.#others?.some(test) === true
  }

  eachArgs(renew: (args: readonly unknown[]) => readonly unknown[]): void {
    if (this.#message !== null) this.#args = renewed(this.#message, this.#args, renew)
    this.#normal?.eachArgs(renew)
    this.#others?.eachArgs(renew)
  }

  /** Takes out up to `count` of the oldest messages of a post of normal priority; returns how many. */
  purge(post: Post, count: number): number {
    const first = count > 0 && this.#message === post ? 1 : 0
    if (first === 1) this.#message = this.#args = null
    const purged = first + (this.#normal?.purge(post, count - first) ?? 0)
    if (post.own !== null) this.#own -= purged
    return purged
  }

  /** Takes out the one that stands beside the queue; those in it leave it by themselves. */
  remove(envelope: Envelope): void {
    if (this.#message === envelope) this.#takeFirst(envelope)
  }

  #isEmpty(): boolean {
    return this.#message === null && sizeOf(this.#normal) === 0
  }

  #takeFirst(message: Envelope | Post): Envelope {
    const envelope = envelopeOf(message, this.#args)
    this.#message = this.#args = envelope.list = null
    return envelope
  }

  #takeNormal(): Envelope | null {
    const message = this.#message
    if (message !== null && isForeign(envelopeOf(message, this.#args))) return this.#takeFirst(message)
    return this.#normal?.take(isForeign) ?? null
  }

  #ring(): Ring {
    this.#normal ??= new Ring()
    return this.#normal
  }

  #othersOf(): Others {
    this.#others ??= new Others()
    return this.#others
  }
}

function isForeign(envelope: Envelope): boolean {
  return envelope.kind !== 'own'
}

function sizeOf(ring: Ring | null): number {
  return ring === null ? 0 : ring.size
}

/** The queues of high and of low priority. */
class Others {
  readonly #high = new Ring()
  readonly #low = new Ring()

  get size(): number {
    return this.#high.size + this.#low.size
  }

  get urgent(): boolean {
    return this.#high.size > 0
  }

  ring(lane: Lane): Ring {
    return lane === 0 ? this.#high : this.#low
  }

  shift(): Envelope | null {
    return this.#high.shift() ?? this.#low.shift()
  }

  take(lane: Lane, test: (envelope: Envelope) => boolean): Envelope | null {
    return this.ring(lane).take(test)
  }

  some(test: (envelope: Envelope) => boolean): boolean {
    return this.#high.some(test) || this.#low.some(test)
  }

  eachArgs(renew: (args: readonly unknown[]) => readonly unknown[]): void {
    this.#high.eachArgs(renew)
    this.#low.eachArgs(renew)
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
