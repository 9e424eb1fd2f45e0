import { offAbort, onAbort } from '../../base/abort-signal.js'
import { RequestAborted, ServiceUnavailable } from '../../base/failures.js'
import { type Conversations, noConnection } from '../link/conversations.js'
import type { Platform } from '../link/platform.js'
import type { Known, Mirror, Wanted } from './mirror.js'

/** Somebody's wait for a service. */
export interface Search {
  readonly wanted: Wanted
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  /** For messages: `lookup()`. */
  readonly action: string
  /** Chooses among those that fit. */
  readonly pick: () => Known | undefined
}

/** What searches stand on. */
export interface SearchParts {
  readonly conversations: Pick<Conversations, 'isActive' | 'isClosed' | 'ending' | 'trouble'>
  readonly mirror: Mirror
  readonly platform: Platform
}

/** Those who wait for services that are not offered yet; a bounded number. */
export class Searches {
  static readonly #most = 10_000
  readonly #parts: SearchParts
  #waiting = 0
  /** Told when nobody will come any more. */
  readonly #giveUps = new Set<() => void>()

  constructor(parts: SearchParts) {
    this.#parts = parts
  }

  /** The service, as soon as it is offered. */
  find(search: Search): Promise<Known> {
    const found = search.pick()
    if (found !== undefined) return Promise.resolve(found)
    const { action, wanted, signal } = search
    if (signal?.aborted === true) return Promise.reject(aborted(search))
    const { isClosed, ending } = this.#parts.conversations
    if (isClosed) return Promise.reject(new ServiceUnavailable({ details: `${action}: ${ending}` }))
    if (this.#waiting >= Searches.#most) {
      return Promise.reject(
        new ServiceUnavailable({ details: `${action}: ${printWanted(wanted)} is not visible, and too many wait already` }),
      )
    }
    return this.#wait(search)
  }

  /** Fails all waits. */
  close(): void {
    for (const giveUp of [...this.#giveUps]) giveUp()
  }

  #wait(search: Search): Promise<Known> {
    const { action, timeoutMs, signal } = search
    const { conversations, mirror, platform } = this.#parts
    this.#waiting++
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#waiting--
        cancel()
        unlisten()
        this.#giveUps.delete(giveUp)
        if (signal !== undefined) offAbort(signal, abort)
      }
      const fail = (error: unknown): void => {
        done()
        reject(error)
      }
      const abort = (): void => fail(aborted(search))
      const giveUp = (): void => fail(new ServiceUnavailable({ details: `${action}: ${conversations.ending}` }))
      const late = (): void => fail(new ServiceUnavailable({ details: `${action}: ${this.#printLate(search)}` }))
      const cancel = timeoutMs === Number.POSITIVE_INFINITY ? () => undefined : platform.timer(timeoutMs, late)
      const unlisten = mirror.observe({}, () => {
        const found = search.pick()
        if (found === undefined) return
        done()
        resolve(found)
      })
      this.#giveUps.add(giveUp)
      if (signal !== undefined) onAbort(signal, abort)
    })
  }

  #printLate({ wanted, timeoutMs }: Search): string {
    const { conversations } = this.#parts
    if (!conversations.isActive) return noConnection(conversations, timeoutMs)
    return `${printWanted(wanted)} did not become visible within ${Math.floor(timeoutMs)} ms`
  }
}

function aborted({ action, wanted, signal }: Search): RequestAborted {
  const details = `${action}: the wait for ${printWanted(wanted)} was aborted by its caller`
  return new RequestAborted({ details, delivered: 'no', cause: signal?.reason })
}

export function printWanted({ name, group, id, address }: Wanted): string {
  if (id !== undefined) return `actor ${id}`
  const parts = [name === undefined ? 'a service' : `service "${name}"`]
  if (group !== undefined) parts.push(`of group "${group}"`)
  if (address !== undefined) parts.push(`at ${address}`)
  return parts.join(' ')
}
