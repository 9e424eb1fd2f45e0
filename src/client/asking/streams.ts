import { offAbort, onAbort } from '../../base/abort-signal.js'
import { RequestAborted, ResponseDecodingError, ServiceUnavailable, ServiceWithdrawn } from '../../base/failures.js'
import { thrownText } from '../../base/thrown.js'
import { type Conversation, noConnection, type Reply } from '../link/conversations.js'
import { readFailure } from '../protocol/failure-note.js'
import type { ClientFrame } from '../protocol/frames.js'
import { readRich } from '../protocol/rich-reading.js'
import type { Known } from '../services/mirror.js'
import type { CallParts } from './calls.js'
import { Inflow } from './inflow.js'

/** Items that may be on their way or wait unread. */
const STREAM_WINDOW = 64

/** A stream to be asked for. */
export interface StreamOrder {
  readonly label: string
  /** For each item. */
  readonly limitMs: number
  readonly signal: AbortSignal | undefined
  late(label: string): Error
  find(): Known | Promise<Known>
  /** @throws what cannot be sent */
  frame(id: number, target: Known, credit: number): ClientFrame
}

/** A stream of the gateway; the request leaves with the first `next`. */
export function streamOf(parts: CallParts, order: StreamOrder): AsyncIterableIterator<unknown, undefined> {
  return new LiveStream(parts, order)
}

class LiveStream implements Conversation, AsyncIterableIterator<unknown, undefined> {
  readonly #parts: CallParts
  readonly #order: StreamOrder
  readonly #inflow: Inflow
  #begun = false
  #id: number | null = null
  readonly #endings: (() => void)[] = []

  constructor(parts: CallParts, order: StreamOrder) {
    this.#parts = parts
    this.#order = order
    const { conversations, platform } = parts
    const { limitMs } = order
    this.#inflow = new Inflow({
      window: STREAM_WINDOW,
      grant: (count) => this.#id !== null && conversations.send({ kind: 'credit', id: this.#id, count }),
      onClose: () => this.#leave(true),
      report: () => undefined,
      limit: limitMs === Number.POSITIVE_INFINITY ? undefined : (late) => platform.timer(limitMs, () => late(this.#late())),
    })
  }

  next(): Promise<IteratorResult<unknown, undefined>> {
    const next = this.#inflow.next()
    if (!this.#begun) void this.#begin()
    return next
  }

  return(): Promise<IteratorResult<unknown, undefined>> {
    this.#begun = true
    return this.#inflow.return()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  heard(reply: Reply): void {
    if (reply.kind === 'end' && reply.failure === undefined) return this.#finish()
    if (reply.kind === 'end' || reply.kind === 'failure') return this.#finish(readFailure(reply.failure as never, this.#parts.handles))
    if (reply.kind !== 'item') return
    try {
      if (this.#inflow.isFull) throw new RangeError('the gateway sends more items than were asked for')
      this.#inflow.push(readRich(reply.item, this.#parts.handles, 'item'))
    } catch (error) {
      this.#inflow.finish(new ResponseDecodingError({ details: `${this.#order.label}: ${thrownText(error)}` }))
      this.#leave(true)
    }
  }

  lost(): void {
    this.#finish(new ServiceWithdrawn({ details: `${this.#order.label}: the connection was lost`, delivered: 'maybe' }))
  }

  async #begin(): Promise<void> {
    this.#begun = true
    const { signal, label } = this.#order
    const { conversations } = this.#parts
    try {
      if (signal?.aborted === true) throw this.#aborted()
      const target = await this.#order.find()
      if (this.#inflow.ended) return
      if (signal !== undefined) this.#listen(signal)
      const unavailable = (why: string): ServiceUnavailable => new ServiceUnavailable({ details: `${label}: ${why}` })
      const forget = conversations.whenActive(
        () => this.#send(target),
        () => this.#finish(unavailable(conversations.ending)),
      )
      if (forget === undefined) throw unavailable('too many calls wait for a connection')
      this.#endings.push(forget)
    } catch (error) {
      this.#finish(error)
    }
  }

  #send(target: Known): void {
    if (this.#inflow.ended) return
    const { conversations } = this.#parts
    const id = conversations.begin(this)
    this.#id = id
    try {
      const frame = this.#order.frame(id, target, this.#inflow.credit)
      const tooLarge = conversations.tooLarge(frame)
      if (tooLarge !== undefined) throw tooLarge
      conversations.send(frame)
    } catch (error) {
      this.#finish(error)
    }
  }

  #listen(signal: AbortSignal): void {
    const abort = (): void => {
      this.#inflow.finish(this.#aborted())
      this.#leave(true)
    }
    onAbort(signal, abort)
    this.#endings.push(() => offAbort(signal, abort))
  }

  #late(): Error {
    const { label, limitMs, late } = this.#order
    const { conversations } = this.#parts
    if (this.#id !== null || conversations.isActive) return late(label)
    return new ServiceUnavailable({ details: `${label}: ${noConnection(conversations, limitMs)}` })
  }

  #aborted(): RequestAborted {
    const { label, signal } = this.#order
    const delivered = this.#id === null ? 'no' : 'maybe'
    return new RequestAborted({ details: `${label} was aborted by its caller`, delivered, cause: signal?.reason })
  }

  #finish(failure?: unknown): void {
    this.#inflow.finish(failure)
    this.#leave(false)
  }

  #leave(tells: boolean): void {
    for (const end of this.#endings.splice(0)) end()
    const id = this.#id
    this.#id = null
    if (id === null) return
    this.#parts.conversations.end(id)
    if (tells) this.#parts.conversations.send({ kind: 'end', id })
  }
}
