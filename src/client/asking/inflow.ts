import { Deque } from '../../base/deque.js'

type Result = IteratorResult<unknown, undefined>

const DONE: Result = Object.freeze({ done: true, value: undefined })

interface Waiting {
  readonly resolve: (result: Result) => void
  readonly reject: (failure: unknown) => void
  readonly cancel: () => void
}

/** How items come in. */
export interface InflowOptions {
  /** Items that may be on their way or wait. */
  readonly window: number
  /** The sender may send so many more. */
  grant(count: number): void
  /** Nobody wants more. */
  onClose(): void
  /** Gets each item, one after the other; a promise is awaited. Without one they are read. */
  readonly listener?: ((item: never) => unknown) | undefined
  /** What a listener threw. */
  report(error: unknown): void
  /** Tells a reader who waits that it has been too long; returns how to cancel that. */
  readonly limit?: ((late: (failure: unknown) => void) => () => void) | undefined
}

/**
 * Items that come over a connection, with credit: of a sender who keeps to it no more than the window wait here, and of others whoever pushes sees
 * to that by `isFull`. Any value may be one, `undefined` too.
 *
 * - **Ordering**: as they came.
 */
export class Inflow implements AsyncIterableIterator<unknown, undefined> {
  readonly #options: InflowOptions
  readonly #items = new Deque<unknown>()
  readonly #waiting = new Deque<Waiting>()
  #ended = false
  #failure: { readonly error: unknown } | null = null
  #taken = 0
  #busy = false

  constructor(options: InflowOptions) {
    this.#options = options
  }

  get ended(): boolean {
    return this.#ended
  }

  /** As many wait as may: whoever sends another has no credit for it. */
  get isFull(): boolean {
    return this.#items.length >= this.#options.window
  }

  /** What a sender who has sent nothing may send. */
  get credit(): number {
    this.#taken = 0
    return this.#options.window - this.#items.length - (this.#busy ? 1 : 0)
  }

  push(item: unknown): void {
    if (this.#ended) return
    if (this.#options.listener !== undefined) {
      this.#items.push(item)
      if (!this.#busy) void this.#run()
      return
    }
    const waiting = this.#waiting.shift()
    if (waiting === undefined) return this.#items.push(item)
    waiting.cancel()
    this.#took()
    waiting.resolve({ done: false, value: item })
  }

  /** Nothing comes any more; a failure follows the items before it. */
  finish(failure?: unknown): void {
    if (this.#ended) return
    this.#ended = true
    this.#failure = failure === undefined ? null : { error: failure }
    for (let waiting = this.#waiting.shift(); waiting !== undefined; waiting = this.#waiting.shift()) {
      waiting.cancel()
      const reason = this.#failure
      this.#failure = null
      if (reason === null) waiting.resolve(DONE)
      else waiting.reject(reason.error)
    }
  }

  /** Ends it from this side; no listener is called any more. */
  close(): void {
    const wasOpen = !this.#ended
    this.finish()
    this.#failure = null
    while (this.#items.length > 0) this.#items.shift()
    if (wasOpen) this.#options.onClose()
  }

  next(): Promise<Result> {
    if (this.#items.length > 0) {
      const value = this.#items.shift()
      this.#took()
      return Promise.resolve({ done: false, value })
    }
    const failure = this.#failure
    this.#failure = null
    if (failure !== null) return Promise.reject(failure.error)
    if (this.#ended) return Promise.resolve(DONE)
    return new Promise((resolve, reject) => {
      const cancel = this.#options.limit?.((late) => this.#late(late)) ?? (() => undefined)
      this.#waiting.push({ resolve, reject, cancel })
    })
  }

  return(): Promise<Result> {
    this.close()
    return Promise.resolve(DONE)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #late(failure: unknown): void {
    if (this.#ended) return
    this.finish(failure)
    this.#options.onClose()
  }

  async #run(): Promise<void> {
    this.#busy = true
    while (this.#items.length > 0) {
      const item = this.#items.shift() as never
      try {
        const result = this.#options.listener?.(item)
        if (isThenable(result)) await result
      } catch (error) {
        this.#options.report(error)
      }
      this.#took()
    }
    this.#busy = false
  }

  /** Grants anew what was taken, half a window at a time. */
  #took(): void {
    this.#taken++
    if (this.#taken < this.#options.window / 2 || this.#ended) return
    const count = this.#taken
    this.#taken = 0
    this.#options.grant(count)
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function'
}
