import type { Life } from '../actors/kernel/cell.js'
import type { Core } from '../actors/kernel/core.js'
import { NORMAL, Post } from '../actors/kernel/message.js'
import { endEarly } from '../actors/turns/early-end.js'
import { aborted } from '../actors/turns/failing.js'
import { beginRequest } from '../actors/turns/sending.js'
import { MethodUnavailable } from '../base/failures.js'
import type { Properties } from './authorising.js'
import { Departure } from './departure.js'
import { methodOf } from './schemas/methods.js'
import type { Service } from './services.js'

/** Whose calls they are. */
export interface Caller {
  readonly properties: Properties
  readonly departure: Departure
}

/** What a desk is told. */
export interface DeskOptions {
  /** The deadline of methods whose contract gives none. */
  readonly timeoutMs: number
  /** Calls at a time, notifications included. */
  readonly maxPending: number
}

/** Makes the calls of a gateway, in the name of the system: each with a deadline, all of them counted. */
export class Desk {
  readonly #core: Core
  readonly #options: DeskOptions
  /** Of those who do not wait. */
  readonly #nobody = new Departure()
  #pending = 0
  #onIdle: (() => void) | null = null

  constructor(core: Core, options: DeskOptions) {
    this.#core = core
    this.#options = options
  }

  /** Whether it has room for so many calls more. */
  hasRoom(calls: number): boolean {
    return this.#pending + calls <= this.#options.maxPending
  }

  /** Rejects with a `ServiceFailure`. */
  async call(service: Service, method: string, args: readonly unknown[], caller: Caller): Promise<unknown> {
    if (methodOf(service, method)?.kind === 'stream') throw manyAnswers(service, method)
    return await this.#call(service, method, args, caller)
  }

  /** A call that nobody waits for: it goes on when who asked has gone. */
  notify(service: Service, method: string, args: readonly unknown[], { properties }: Caller): void {
    this.#call(service, method, args, { properties, departure: this.#nobody }).catch(() => undefined)
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
    this.#nobody.leave(reason)
  }

  async #call(service: Service, method: string, args: readonly unknown[], { properties, departure }: Caller): Promise<unknown> {
    const core = this.#core
    const post = new Post('call', core.root, method, { untrusted: true, lane: NORMAL, properties })
    const route = {
      core,
      life: core.root.life as Life,
      target: service.target,
      post,
      timeoutMs: this.#limitOf(service, method),
      options: null,
    }
    const { call, answer } = beginRequest(route, args)
    const stay = departure.onLeave((reason) => endEarly(core, call, aborted(call, reason)))
    this.#pending++
    try {
      return await answer
    } finally {
      stay()
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
