import { offAbort, onAbort } from '../../base/abort-signal.js'
import {
  RequestAborted,
  RequestTimeout,
  ResponseDecodingError,
  type ServiceFailure,
  ServiceUnavailable,
  ServiceWithdrawn,
} from '../../base/failures.js'
import { thrownText } from '../../base/thrown.js'
import { type Conversation, type Conversations, noConnection, type Reply } from '../link/conversations.js'
import type { Platform } from '../link/platform.js'
import { readFailure } from '../protocol/failure-note.js'
import type { ClientFrame } from '../protocol/frames.js'
import type { Handles } from '../protocol/rich-limits.js'
import { readRich } from '../protocol/rich-reading.js'

/** What a call stands on. */
export interface CallParts {
  readonly conversations: Conversations
  readonly platform: Platform
  readonly handles: Handles
}

/** A call to be made. */
export interface CallOrder {
  /** `math.multiply()`, for messages. */
  readonly label: string
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
  /** What is sent under a number, with so much time left. */
  frame(id: number, leftMs: number): ClientFrame
}

/** Waits for one answer of the gateway, which comes, or does not, within the deadline: the promise settles exactly once. */
export function makeCall(parts: CallParts, order: CallOrder): Promise<unknown> {
  return new Promise((resolve, reject) => new PendingCall(parts, order, { resolve, reject }).begin())
}

interface Outcome {
  readonly resolve: (value: unknown) => void
  readonly reject: (failure: unknown) => void
}

class PendingCall implements Conversation {
  readonly #parts: CallParts
  readonly #order: CallOrder
  readonly #outcome: Outcome
  #id: number | null = null
  #dueMs = Number.POSITIVE_INFINITY
  #settled = false
  readonly #endings: (() => void)[] = []

  constructor(parts: CallParts, order: CallOrder, outcome: Outcome) {
    this.#parts = parts
    this.#order = order
    this.#outcome = outcome
  }

  begin(): void {
    const { platform, conversations } = this.#parts
    const { timeoutMs, signal } = this.#order
    if (signal?.aborted === true) return this.#abort()
    if (timeoutMs !== Number.POSITIVE_INFINITY) {
      this.#dueMs = platform.now() + timeoutMs
      this.#endings.push(platform.timer(timeoutMs, () => this.#late()))
    }
    if (signal !== undefined) {
      const abort = (): void => this.#abort()
      onAbort(signal, abort)
      this.#endings.push(() => offAbort(signal, abort))
    }
    const unavailable = (why: string): void => this.#fail(new ServiceUnavailable({ details: `${this.#order.label}: ${why}` }))
    const forget = conversations.whenActive(
      () => this.#send(),
      () => unavailable(conversations.ending),
    )
    if (forget === undefined) unavailable('too many calls wait for a connection')
    else this.#endings.push(forget)
  }

  heard(reply: Reply): void {
    if (reply.kind === 'failure') return this.#fail(readFailure(reply.failure, this.#parts.handles))
    if (reply.kind !== 'answer') return
    try {
      this.#settle(this.#outcome.resolve, readRich(reply.value, this.#parts.handles, 'result'))
    } catch (error) {
      this.#fail(new ResponseDecodingError({ details: `${this.#order.label}: ${thrownText(error)}` }))
    }
  }

  lost(): void {
    const details = `${this.#order.label}: the connection was lost before the answer came`
    this.#fail(new ServiceWithdrawn({ details, delivered: 'maybe' }))
  }

  #send(): void {
    if (this.#settled) return
    const { conversations, platform } = this.#parts
    const id = conversations.begin(this)
    this.#id = id
    const frame = this.#order.frame(id, Math.max(1, this.#dueMs - platform.now()))
    const tooLarge = conversations.tooLarge(frame)
    if (tooLarge === undefined) conversations.send(frame)
    else {
      this.#id = null
      conversations.end(id)
      this.#fail(tooLarge)
    }
  }

  #late(): void {
    const { label, timeoutMs } = this.#order
    if (this.#id === null) {
      return this.#fail(new ServiceUnavailable({ details: `${label}: ${noConnection(this.#parts.conversations, timeoutMs)}` }))
    }
    this.#give(new RequestTimeout({ details: `${label} did not answer within ${Math.round(timeoutMs)} ms`, delivered: 'maybe' }))
  }

  #abort(): void {
    const { label, signal } = this.#order
    const delivered = this.#id === null ? 'no' : 'maybe'
    this.#give(new RequestAborted({ details: `${label} was aborted by its caller`, delivered, cause: signal?.reason }))
  }

  /** Fails, and tells the gateway that nobody waits any more. */
  #give(failure: ServiceFailure): void {
    const id = this.#id
    this.#fail(failure)
    if (id !== null) this.#parts.conversations.send({ kind: 'end', id })
  }

  #fail(failure: ServiceFailure): void {
    this.#settle(this.#outcome.reject, failure)
  }

  #settle(how: (value: unknown) => void, value: unknown): void {
    if (this.#settled) return
    this.#settled = true
    for (const end of this.#endings) end()
    if (this.#id !== null) this.#parts.conversations.end(this.#id)
    how(value)
  }
}
