import { randomBytes } from 'node:crypto'
import { Alarm } from '../../../actors/kernel/alarm.js'
import type { Core } from '../../../actors/kernel/core.js'
import { onAbort } from '../../../base/abort-signal.js'
import { type Allowance, tryTake } from '../../limits/allowance.js'
import type { ByteBudget } from '../../limits/byte-budget.js'
import type { EventSession } from './event-session.js'

/** How sessions are kept. */
export interface SessionSettings {
  readonly core: Core
  /** Aborts when the gateway begins to close: they end then. */
  readonly closing: AbortSignal
  readonly beatMs: number
  readonly resumeMs: number
  /** Of mount and gateway: a session takes one of each. */
  readonly clients: readonly Allowance[]
  /** What may be kept for all. */
  readonly bytes: ByteBudget
}

/** A number that was sent as id of an event. */
export interface EventId {
  readonly session: string
  readonly number: number
}

interface Place {
  readonly session: EventSession
  readonly giveBack: () => void
}

/**
 * The clients of server-sent events of one mount of a gateway, those too that may come again.
 *
 * - **Back-pressure**: those that nobody listens to make room for others, the one that was left first before the next.
 */
export class EventSessions {
  readonly settings: SessionSettings
  readonly #all = new Map<string, Place>()
  /** In the order in which they were left. */
  readonly #leaving = new Map<EventSession, Alarm>()
  readonly #unyield: readonly (() => void)[]

  constructor(settings: SessionSettings) {
    this.settings = settings
    this.#unyield = settings.clients.map((clients) => clients.onShort(() => this.#endOldest()))
    onAbort(settings.closing, () => this.#close())
  }

  get isClosed(): boolean {
    return this.settings.closing.aborted
  }

  /** A place for a session; returns how to give it back, `undefined` when there is none. */
  reserve(): (() => void) | undefined {
    return tryTake(this.settings.clients)
  }

  /** A name that nobody guesses. */
  newId(): string {
    return randomBytes(16).toString('hex')
  }

  /** Keeps a session in the place that was reserved for it. */
  add(session: EventSession, giveBack: () => void): void {
    this.#all.set(session.facts.id, { session, giveBack })
  }

  /** The session of an event, if whoever asks for it asks for the same. */
  find(id: string, key: string): EventSession | undefined {
    const session = this.#all.get(id)?.session
    return session?.facts.key === key ? session : undefined
  }

  /** Somebody listens again. */
  joined(session: EventSession): void {
    const alarm = this.#leaving.get(session)
    if (alarm !== undefined) this.settings.core.deadlines.remove(alarm)
    this.#leaving.delete(session)
  }

  /** Nobody listens any more: it is kept for a while. */
  left(session: EventSession): void {
    const alarm = new Alarm(() => this.end(session))
    this.#leaving.set(session, alarm)
    this.settings.core.deadlines.after(alarm, this.settings.resumeMs)
  }

  /** A second time does nothing. */
  end(session: EventSession): void {
    this.joined(session)
    const place = this.#all.get(session.facts.id)
    this.#all.delete(session.facts.id)
    place?.giveBack()
    session.end()
  }

  #endOldest(): boolean {
    const [oldest] = this.#leaving.keys()
    if (oldest !== undefined) this.end(oldest)
    return oldest !== undefined
  }

  #close(): void {
    for (const stop of this.#unyield) stop()
    for (const { session } of [...this.#all.values()]) this.end(session)
  }
}

/** The inverse of what sessions print as ids; `undefined` for what they did not print. */
export function parseEventId(text: string | undefined): EventId | undefined {
  const [, session, number] = /^([\da-f]{32})\.(\d{1,15})$/.exec(text ?? '') ?? []
  return session === undefined ? undefined : { session, number: Number(number) }
}
