import type { ServiceBinding } from '../../actors/remote-type.js'
import type { SubscribeOptions } from '../../actors/report-type.js'
import { offAbort, onAbort } from '../../base/abort-signal.js'
import type { Conversation, Reply } from '../link/conversations.js'
import { readFailure } from '../protocol/failure-note.js'
import type { ReportItem, WireWhere } from '../protocol/frames.js'
import { readRich } from '../protocol/rich-reading.js'
import { liveBinding } from '../services/live-binding.js'
import type { Mirror } from '../services/mirror.js'
import type { CallParts } from './calls.js'
import { Inflow } from './inflow.js'

/** Reports that may be on their way here; others wait at the gateway, as `capacity` and `overflow` say. */
const REPORT_WINDOW = 64

/** Something that is asked for anew over each connection. */
export interface Lasting {
  /** There is a connection. */
  resume(): void
  close(): void
}

/** What subscriptions stand on. */
export interface SubscriptionParts extends CallParts {
  readonly mirror: Mirror
  /** Those that last from connection to connection. */
  readonly lasting: Set<Lasting>
}

/** What is subscribed to. */
export interface SubscribeOrder {
  readonly where: WireWhere
  readonly pattern: string
  readonly listener: ((report: never) => unknown) | undefined
  readonly options: SubscribeOptions
}

/** A subscription of a client: what `subscribe` returns. */
export class LiveSubscription implements Conversation, Lasting, Disposable, AsyncIterable<unknown> {
  readonly ready: Promise<void>
  readonly #parts: SubscriptionParts
  readonly #order: SubscribeOrder
  readonly #inflow: Inflow
  readonly #endings: (() => void)[] = []
  #onReady = (): void => undefined
  #id: number | null = null
  #dropped = 0

  constructor(parts: SubscriptionParts, order: SubscribeOrder) {
    this.#parts = parts
    this.#order = order
    this.ready = new Promise((resolve) => {
      this.#onReady = resolve
    })
    const { platform, conversations } = parts
    this.#inflow = new Inflow({
      window: REPORT_WINDOW,
      listener: order.listener,
      grant: (count) => this.#id !== null && conversations.send({ kind: 'credit', id: this.#id, count }),
      onClose: () => this.#leave(true),
      report: (error) => platform.report(error),
    })
    parts.lasting.add(this)
    const { signal } = order.options
    if (signal !== undefined) this.#listen(signal)
    if (conversations.isActive) this.resume()
  }

  get dropped(): number {
    return this.#dropped
  }

  resume(): void {
    if (this.#inflow.ended) return
    const { conversations } = this.#parts
    const { where, pattern, options } = this.#order
    const { capacity = 1000, overflow = 'drop-oldest' } = options
    this.#id = conversations.begin(this)
    conversations.send({ kind: 'subscribe', id: this.#id, where, pattern, capacity, overflow, credit: this.#inflow.credit })
  }

  heard(reply: Reply): void {
    if (reply.kind === 'report') return this.#take(reply.report)
    if (reply.kind === 'ready') return this.#onReady()
    if (reply.kind !== 'end' && reply.kind !== 'failure') return
    this.#inflow.finish(reply.failure === undefined ? undefined : readFailure(reply.failure, this.#parts.handles))
    this.#leave(false)
  }

  /** It goes on over the next connection. */
  lost(): void {
    this.#id = null
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

  #take({ publisher, subject, pattern, content, retained, missed }: ReportItem): void {
    this.#dropped += missed
    const { handles, platform } = this.#parts
    try {
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

  #leave(tells: boolean): void {
    this.#parts.lasting.delete(this)
    this.#onReady()
    for (const end of this.#endings.splice(0)) end()
    const id = this.#id
    this.#id = null
    if (id === null) return
    this.#parts.conversations.end(id)
    if (tells) this.#parts.conversations.send({ kind: 'end', id })
  }
}
