import { Deque } from '../../base/deque.js'
import { RequestAborted, RequestTimeout, type ServiceFailure } from '../../base/failures.js'
import { Alarm } from '../kernel/alarm.js'
import { type Answer, type Call, grantCredit } from '../kernel/call.js'
import type { Core } from '../kernel/core.js'
import { endEarly } from '../turns/early-end.js'
import { deadSelf, deliveredSoFar } from '../turns/failing.js'
import { beginStream, newCall, type Route } from '../turns/sending.js'

/** Items that may be on their way or wait unread. */
const STREAM_WINDOW = 64

type Result = IteratorResult<unknown, undefined>

const DONE: Result = Object.freeze({ done: true, value: undefined })

interface Waiting {
  readonly resolve: (result: Result) => void
  readonly reject: (failure: unknown) => void
  readonly alarm: Alarm
}

/**
 * The caller's end of a stream. The request leaves with the first `next`.
 *
 * - **Ordering**: items arrive in the order in which they were yielded, each once.
 * - **Back-pressure**: the handler is at most {@link STREAM_WINDOW} items ahead of the reader.
 * - **Errors**: `next` rejects with the failure of the stream once, after the items before it; then the stream is done. Each
 *   wait has the deadline of the call.
 */
export class StreamReader implements Answer, AsyncIterableIterator<unknown, undefined> {
  readonly encodes = false
  readonly #route: Route
  readonly #args: readonly unknown[]
  readonly #call: Call
  readonly #items = new Deque<unknown>()
  readonly #waiting = new Deque<Waiting>()
  readonly #limitMs: number
  #begun = false
  #ended = false
  #failure: ServiceFailure | null = null
  #taken = 0

  constructor(route: Route, args: readonly unknown[]) {
    this.#route = route
    this.#args = args
    this.#limitMs = route.options?.timeoutMs ?? route.timeoutMs
    this.#call = newCall(route, Number.POSITIVE_INFINITY)
    this.#call.answer = this
    this.#call.credit = STREAM_WINDOW
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<Result> {
    if (!this.#begun) this.#begin()
    if (this.#items.length > 0) return Promise.resolve(this.#take())
    if (this.#failure !== null) return this.#throwOnce(this.#failure)
    if (this.#ended) return Promise.resolve(DONE)
    return this.#wait()
  }

  /** Ends the stream from this side; the handler's generator is closed. */
  return(): Promise<Result> {
    const open = this.#begun && !this.#ended
    this.#begun = this.#ended = true
    this.#failure = null
    if (open) {
      const details = `${this.#call.label} was ended by its reader`
      endEarly(this.#core, this.#call, new RequestAborted({ details, delivered: deliveredSoFar(this.#call) }))
    }
    while (this.#items.length > 0) this.#items.shift()
    return Promise.resolve(DONE)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  /** Whoever prints a stream has most likely awaited it. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Stream<${this.#call.label}: read it with "for await">`
  }

  item(_call: Call, item: unknown): void {
    const { receive } = this.#route
    const value = receive === undefined ? item : receive(item)
    const waiting = this.#waiting.shift()
    if (waiting === undefined) return this.#items.push(value)
    this.#release(waiting)
    waiting.resolve({ done: false, value })
    this.#consumed()
  }

  succeed(): void {
    this.#finish((waiting) => waiting.resolve(DONE))
  }

  /** Who ended it from this side, and whoever waits there too, hears of the end and not of a failure. */
  fail(_call: Call, failure: ServiceFailure): void {
    let told = this.#ended
    this.#finish((waiting) => {
      if (told) return waiting.resolve(DONE)
      told = true
      waiting.reject(failure)
    })
    if (!told) this.#failure = failure
  }

  get #core(): Core {
    return this.#route.core
  }

  #begin(): void {
    this.#begun = true
    const { life } = this.#route
    if (life.dead) this.fail(this.#call, deadSelf(life.cell))
    else beginStream(this.#route, this.#call, this.#args)
  }

  #take(): Result {
    const value = this.#items.shift()
    this.#consumed()
    return { done: false, value }
  }

  /** Grants anew what was read, half a window at a time. */
  #consumed(): void {
    this.#taken++
    if (this.#taken < STREAM_WINDOW / 2 || this.#ended) return
    grantCredit(this.#call, this.#taken)
    this.#taken = 0
  }

  #throwOnce(failure: ServiceFailure): Promise<never> {
    this.#failure = null
    return Promise.reject(failure)
  }

  #wait(): Promise<Result> {
    return new Promise((resolve, reject) => {
      const alarm = new Alarm(() => this.#late())
      this.#waiting.push({ resolve, reject, alarm })
      this.#core.retain()
      if (this.#limitMs !== Number.POSITIVE_INFINITY) this.#core.deadlines.after(alarm, this.#limitMs)
    })
  }

  #release({ alarm }: Waiting): void {
    this.#core.deadlines.remove(alarm)
    this.#core.release()
  }

  #late(): void {
    const details = `${this.#call.label} gave no item within ${Math.round(this.#limitMs)} ms`
    endEarly(this.#core, this.#call, new RequestTimeout({ details, delivered: deliveredSoFar(this.#call) }))
  }

  #finish(tell: (waiting: Waiting) => void): void {
    this.#ended = true
    for (let waiting = this.#waiting.shift(); waiting !== undefined; waiting = this.#waiting.shift()) {
      this.#release(waiting)
      tell(waiting)
    }
  }
}
