import type { CallOptions } from '../actors/remote-type.js'
import type { System } from '../actors/system-type.js'
import { MethodUnavailable } from '../base/failures.js'
import type { Properties } from './authorising.js'
import { methodOf } from './schemas/methods.js'
import type { Service } from './services.js'

/** Whose calls they are. */
export interface Caller {
  readonly properties: Properties
  /** Aborts when whoever asks has gone. */
  readonly signal: AbortSignal
}

/** What a desk is told. */
export interface DeskOptions {
  /** The deadline of methods whose contract gives none. */
  readonly timeoutMs: number
  /** Calls at a time, notifications included. */
  readonly maxPending: number
}

/** Makes the calls of a gateway: each with a deadline, all of them counted. */
export class Desk {
  readonly #system: Pick<System, 'call'>
  readonly #options: DeskOptions
  readonly #abort = new AbortController()
  #pending = 0
  #onIdle: (() => void) | null = null

  constructor(system: Pick<System, 'call'>, options: DeskOptions) {
    this.#system = system
    this.#options = options
  }

  /** Whether it has room for so many calls more. */
  hasRoom(calls: number): boolean {
    return this.#pending + calls <= this.#options.maxPending
  }

  get pending(): number {
    return this.#pending
  }

  /** Rejects with a `ServiceFailure`. */
  async call(service: Service, method: string, args: readonly unknown[], caller: Caller): Promise<unknown> {
    if (methodOf(service, method)?.kind === 'stream') throw manyAnswers(service, method)
    return await this.#call(service, method, args, { properties: caller.properties, signal: caller.signal })
  }

  /** A call that nobody waits for: it goes on when who asked has gone. */
  notify(service: Service, method: string, args: readonly unknown[], { properties }: Caller): void {
    this.#call(service, method, args, { properties, signal: this.#abort.signal }).catch(() => undefined)
  }

  /** Resolves when no call is pending. */
  idle(): Promise<void> {
    if (this.#pending === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#onIdle = resolve
    })
  }

  /** Ends the calls that nobody waits for. */
  abort(reason: unknown): void {
    this.#abort.abort(reason)
  }

  async #call(service: Service, method: string, args: readonly unknown[], options: CallOptions): Promise<unknown> {
    this.#pending++
    try {
      return await this.#system.call(service.target, method, args, { ...options, timeoutMs: this.#limitOf(service, method) })
    } finally {
      this.#pending--
      if (this.#pending === 0) this.#onIdle?.()
    }
  }

  /** A method without a deadline has that of the gateway: whoever waits outside cannot wait for ever. */
  #limitOf(service: Service, method: string): number {
    const own = methodOf(service, method)?.timeoutMs
    return own === undefined || own === Number.POSITIVE_INFINITY ? this.#options.timeoutMs : own
  }
}

function manyAnswers({ name }: Service, method: string): MethodUnavailable {
  return new MethodUnavailable({ details: `${name}.${method}() is a stream: it has many answers, and here a call has one` })
}
