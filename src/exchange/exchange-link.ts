import { parseOptions } from '../actors/options.js'
import { RequestAborted, RequestTimeout } from '../base/failures.js'
import type { World } from '../base/world.js'
import { type CloseOptions, closeOptions } from './exchange-options.js'
import type { ActiveOptions, Link } from './exchange-type.js'
import { type ConnectionEvent, meaningOf } from './peers/connection-event.js'
import type { Connections, Dialed } from './peers/connections.js'
import { printAddress } from './transports/address.js'

/** What a link is made of. */
export interface ExchangeLinkParts {
  readonly connections: Connections
  readonly dialed: Dialed
  readonly world: Pick<World, 'scheduler'>
  /** Told once: it is closed, and nothing dials for it any more. */
  readonly onClosed: () => void
}

/** What `connect` returns; its type is that of `Link`. */
export class ExchangeLink implements Link {
  readonly #connections: Connections
  readonly #dialed: Dialed
  readonly #world: Pick<World, 'scheduler'>
  readonly #onClosed: () => void
  #state: 'pending' | 'active' | 'closed' = 'pending'
  #lastFailure: ConnectionEvent | null = null
  #waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = []

  constructor({ connections, dialed, world, onClosed }: ExchangeLinkParts) {
    this.#connections = connections
    this.#dialed = dialed
    this.#world = world
    this.#onClosed = onClosed
  }

  get address(): string {
    return printAddress(this.#dialed.address)
  }

  get state(): 'pending' | 'active' | 'closed' {
    if (this.#dialed.dialer.state !== 'parked') return this.#state
    return this.#connections.isAnnounced(this.#dialed.process) ? 'active' : 'pending'
  }

  active({ timeoutMs, signal }: ActiveOptions = {}): Promise<void> {
    if (this.state === 'active') return Promise.resolve()
    if (this.#state === 'closed') return Promise.reject(this.#closedError())
    return new Promise((resolve, reject) => {
      const endings: (() => void)[] = []
      const settle = <T extends unknown[]>(act: (...result: T) => void) => {
        return (...result: T): void => {
          this.#waiting = this.#waiting.filter((other) => other !== one)
          for (const end of endings) end()
          act(...result)
        }
      }
      const one = { resolve: settle(resolve), reject: settle(reject) }
      this.#waiting.push(one)
      if (timeoutMs !== undefined) {
        const details = (): string => `the link to ${this.address} was not active within ${timeoutMs} ms${this.#why()}`
        endings.push(this.#world.scheduler.timer(timeoutMs, () => one.reject(new RequestTimeout({ details: details() }))))
      }
      if (signal === undefined) return
      const abort = (): void => one.reject(new RequestAborted({ details: `waiting for ${this.address} was aborted`, cause: signal.reason }))
      if (signal.aborted) return abort()
      signal.addEventListener('abort', abort, { once: true })
      endings.push(() => signal.removeEventListener('abort', abort))
    })
  }

  async close(options?: CloseOptions): Promise<void> {
    const { drainMs } = parseOptions(closeOptions, options, 'close()')
    const ended = this.#connections.hangUp(this.#dialed, drainMs)
    this.#close()
    await ended
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** What becomes of connections. Of others it matters too: one of them may stand for this one. */
  hear(event: ConnectionEvent, dialed: Dialed | null): void {
    if (this.#state === 'closed') return
    if (dialed === this.#dialed) {
      if (event.state !== 'active') this.#lastFailure = event
      this.#state = event.state === 'active' ? 'active' : 'pending'
    }
    if (this.state === 'active') for (const { resolve } of this.#waiting) resolve()
    else if (this.#dialed.dialer.isOver) this.#close()
  }

  #close(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#onClosed()
    for (const { reject } of this.#waiting) reject(this.#closedError())
  }

  #closedError(): Error {
    return new Error(`the link to ${this.address} is closed${this.#why()}`)
  }

  #why(): string {
    const { state, reason, error } = this.#lastFailure ?? {}
    if (state === undefined) return ''
    const told = reason === undefined ? undefined : `${reason} (${meaningOf(reason)})`
    return `; the last attempt ${state === 'refused' ? 'was refused' : 'failed'}: ${error?.message ?? told}`
  }
}
