import type { ServiceFailure } from '../../base/failures.js'
import type { Conversation, Reply } from '../link/conversations.js'
import { readFailure } from '../protocol/failure-note.js'
import type { ClientFrame } from '../protocol/frames.js'
import type { Mirror } from '../services/mirror.js'
import type { CallParts } from './calls.js'

/** Something that goes on from connection to connection until it is over. */
export interface Lasting {
  /** There is a connection. */
  resume(): void
  close(): void
  /** Ends it; whoever hears of failures hears of this one. */
  fail(failure: ServiceFailure): void
}

/** What subscriptions and watches stand on. */
export interface LastingParts extends CallParts {
  readonly mirror: Mirror
  /** Those that last from connection to connection. */
  readonly lasting: Set<Lasting>
}

/** What is asked for, and who hears of it. */
export interface LastingOrder extends Omit<Lasting, 'resume'> {
  frame(id: number): ClientFrame
  heard(reply: Reply): void
}

/** Of `ServiceUnavailable`: the gateway is about to close. */
const CLOSING = 'ERR_SERVICE_UNAVAILABLE'

/**
 * A request that is made anew over each connection, until it is over:
 *
 *   | state   | event                        | next    | effect                |
 *   | waiting | a connection                 | asked   | asks                  |
 *   | asked   | lost, or the gateway closes  | waiting | –                     |
 *   | asked   | the gateway refuses          | over    | `fail` of the order   |
 *   | any     | `end`                        | over    | may tell the gateway  |
 */
export class LastingRequest implements Conversation, Lasting {
  readonly #parts: LastingParts
  readonly #order: LastingOrder
  #id: number | null = null

  constructor(parts: LastingParts, order: LastingOrder) {
    this.#parts = parts
    this.#order = order
    parts.lasting.add(this)
  }

  resume(): void {
    const { conversations } = this.#parts
    this.#id = conversations.begin(this)
    conversations.send(this.#order.frame(this.#id))
  }

  heard(reply: Reply): void {
    if (reply.kind !== 'failure') return this.#order.heard(reply)
    this.#leave()
    if (reply.failure.code !== CLOSING) this.#order.fail(readFailure(reply.failure, this.#parts.handles))
  }

  lost(): void {
    this.#id = null
  }

  close(): void {
    this.#order.close()
  }

  fail(failure: ServiceFailure): void {
    this.#order.fail(failure)
  }

  grant(count: number): void {
    if (this.#id !== null) this.#parts.conversations.send({ kind: 'credit', id: this.#id, count })
  }

  /** It is over; the gateway is told where it might go on. */
  end(tells: boolean): void {
    this.#parts.lasting.delete(this)
    const id = this.#leave()
    if (id !== null && tells) this.#parts.conversations.send({ kind: 'end', id })
  }

  #leave(): number | null {
    const id = this.#id
    this.#id = null
    if (id !== null) this.#parts.conversations.end(id)
    return id
  }
}
