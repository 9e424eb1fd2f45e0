import type { ServiceBinding } from '../../actors/remote-type.js'
import type { SubscribeOptions } from '../../actors/report-type.js'
import { offAbort, onAbort } from '../../base/abort-signal.js'
import type { ServiceFailure } from '../../base/failures.js'
import type { Reply } from '../link/conversations.js'
import { readFailure } from '../protocol/failure-note.js'
import type { ClientFrame, ReportItem, WireWhere } from '../protocol/frames.js'
import { readRich } from '../protocol/rich-reading.js'
import { liveBinding } from '../services/live-binding.js'
import { Inflow } from './inflow.js'
import { type LastingParts, LastingRequest } from './lasting-request.js'

/** Reports that may be on their way here; others wait at the gateway, as `capacity` and `overflow` say. */
const REPORT_WINDOW = 64

/** What is subscribed to. */
export interface SubscribeOrder {
  readonly where: WireWhere
  readonly pattern: string
  readonly listener: ((report: never) => unknown) | undefined
  readonly options: SubscribeOptions
}

/** A subscription of a client: what `subscribe` returns. */
export class LiveSubscription implements Disposable, AsyncIterable<unknown> {
  /** Rejects with the failure that ended it before it was ready. */
  readonly ready: Promise<void>
  readonly #parts: LastingParts
  readonly #order: SubscribeOrder
  readonly #inflow: Inflow
  readonly #request: LastingRequest
  readonly #endings: (() => void)[] = []
  #settle: (failure?: ServiceFailure) => void = () => undefined
  #dropped = 0

  constructor(parts: LastingParts, order: SubscribeOrder) {
    this.#parts = parts
    this.#order = order
    this.ready = new Promise((resolve, reject) => {
      this.#settle = (failure) => (failure === undefined ? resolve() : reject(failure))
    })
    // Nobody has to look at it.
    this.ready.catch(() => undefined)
    this.#inflow = new Inflow({
      window: REPORT_WINDOW,
      listener: order.listener,
      grant: (count) => this.#request.grant(count),
      onClose: () => this.#leave(),
      report: (error) => parts.platform.report(error),
    })
    this.#request = new LastingRequest(parts, {
      frame: (id) => this.#frame(id),
      heard: (reply) => this.#hear(reply),
      close: () => this.close(),
      fail: (failure) => this.#finish(failure),
    })
    const { signal } = order.options
    if (signal !== undefined) this.#listen(signal)
    if (parts.conversations.isActive && !this.#inflow.ended) this.#request.resume()
  }

  get dropped(): number {
    return this.#dropped
  }

  close(): void {
    this.#inflow.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown, undefined> {
    if (this.#order.listener === undefined) return this.#inflow
    throw new TypeError('this subscription has a listener; leave the listener out to read it with "for await"')
  }

  #frame(id: number): ClientFrame {
    const { where, pattern, options } = this.#order
    const { capacity = 1000, overflow = 'drop-oldest' } = options
    return { kind: 'subscribe', id, where, pattern, capacity, overflow, credit: this.#inflow.credit }
  }

  #hear(reply: Reply): void {
    if (reply.kind === 'report') return this.#take(reply.report)
    if (reply.kind === 'ready') return this.#settle()
    if (reply.kind !== 'end') return
    this.#request.end(false)
    this.#finish(reply.failure === undefined ? undefined : readFailure(reply.failure, this.#parts.handles))
  }

  #take({ publisher, subject, pattern, content, retained, missed }: ReportItem): void {
    this.#dropped += missed
    const { handles, platform } = this.#parts
    try {
      if (this.#inflow.isFull) throw new RangeError('the gateway sends more reports than were asked for')
      const read = readRich(content, handles, 'content')
      this.#inflow.push(Object.freeze({ publisher: this.#publisher(publisher), subject, pattern, content: read, retained, missed }))
    } catch (error) {
      platform.report(error)
    }
  }

  #publisher(told: ReportItem['publisher']): ServiceBinding {
    if (typeof told !== 'string') return liveBinding(told)
    const known = this.#parts.mirror.get(told)
    if (known !== undefined) return known.binding
    throw new TypeError(`the gateway names a publisher that it has not told of: ${told}`)
  }

  #listen(signal: AbortSignal): void {
    if (signal.aborted) return this.close()
    const abort = (): void => this.close()
    onAbort(signal, abort)
    this.#endings.push(() => offAbort(signal, abort))
  }

  /** It ends from the other side; a listener has no other way to hear of a failure than that it is reported. */
  #finish(failure?: ServiceFailure): void {
    if (this.#inflow.ended) return
    this.#inflow.finish(failure)
    this.#leave(failure)
    if (failure !== undefined && this.#order.listener !== undefined) this.#parts.platform.report(failure)
  }

  #leave(failure?: ServiceFailure): void {
    this.#request.end(true)
    this.#settle(failure)
    for (const end of this.#endings.splice(0)) end()
  }
}
