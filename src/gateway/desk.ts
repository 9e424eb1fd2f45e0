import type { Call } from '../actors/kernel/call.js'
import type { Life } from '../actors/kernel/cell.js'
import type { Core } from '../actors/kernel/core.js'
import { NORMAL, Post } from '../actors/kernel/message.js'
import { endEarly } from '../actors/turns/early-end.js'
import { aborted } from '../actors/turns/failing.js'
import { beginRequest, type Route } from '../actors/turns/sending.js'
import { MethodUnavailable } from '../base/failures.js'
import type { Properties } from './authorising.js'
import type { Departure, Leavable } from './departure.js'
import type { Allowance } from './limits/allowance.js'
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
  /** Calls at a time, notifications included, and those of live clients. */
  readonly calls: Allowance
}

/** Who hears how a call ends. */
interface Settle {
  resolve(value: unknown): void
  reject(failure: unknown): void
}

/** A call that can be given up. */
class DeskCall implements Leavable {
  readonly #core: Core
  readonly #call: Call

  constructor(core: Core, call: Call) {
    this.#core = core
    this.#call = call
  }

  leave(reason: unknown): void {
    endEarly(this.#core, this.#call, aborted(this.#call, reason))
  }
}

/** Makes the calls of a gateway, in the name of the system: each with a deadline, all of them counted. */
export class Desk {
  readonly #core: Core
  readonly #options: DeskOptions
  /** Those that nobody waits for. */
  readonly #unheard = new Set<DeskCall>()
  #pending = 0
  #onIdle: (() => void) | null = null

  constructor(core: Core, options: DeskOptions) {
    this.#core = core
    this.#options = options
  }

  /** Whether it has room for so many calls more. */
  hasRoom(calls: number): boolean {
    return this.#options.calls.hasRoom(calls)
  }

  /** Rejects with a `ServiceFailure`. */
  call(service: Service, method: string, args: readonly unknown[], { properties, departure }: Caller): Promise<unknown> {
    if (methodOf(service, method)?.kind === 'stream') return Promise.reject(manyAnswers(service, method))
    const route = this.#routeTo(service, method, properties)
    return new Promise((resolve, reject) => {
      departure.add(this.#begin(route, args, { resolve, reject }))
    })
  }

  /** A call that nobody waits for: it goes on when who asked has gone. */
  notify(service: Service, method: string, args: readonly unknown[], { properties }: Caller): void {
    let ended = false
    const forget = (): void => {
      ended = true
      if (call !== null) this.#unheard.delete(call)
    }
    let call: DeskCall | null = null
    call = this.#begin(this.#routeTo(service, method, properties), args, { resolve: forget, reject: forget })
    if (!ended) this.#unheard.add(call)
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
    for (const call of [...this.#unheard]) call.leave(reason)
  }

  #routeTo(service: Service, method: string, properties: Properties): Route {
    const core = this.#core
    const { target } = service
    const post = new Post('call', core.root, method, { untrusted: true, lane: NORMAL, properties })
    return { core, life: core.root.life as Life, target, post, timeoutMs: this.#limitOf(service, method), options: null }
  }

  /** It may end before this returns. */
  #begin(route: Route, args: readonly unknown[], { resolve, reject }: Settle): DeskCall {
    this.#pending++
    this.#options.calls.take()
    const call = beginRequest(
      route,
      args,
      (value) => {
        this.#ended()
        resolve(value)
      },
      (failure) => {
        this.#ended()
        reject(failure)
      },
    )
    return new DeskCall(route.core, call)
  }

  #ended(): void {
    this.#pending--
    this.#options.calls.giveBack()
    if (this.#pending === 0) this.#onIdle?.()
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
