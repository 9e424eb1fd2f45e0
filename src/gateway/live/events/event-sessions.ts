import { randomBytes } from 'node:crypto'
import { Alarm } from '../../../actors/kernel/alarm.js'
import type { Core } from '../../../actors/kernel/core.js'
import type { EventSession } from './event-session.js'

/** How sessions are kept. */
export interface SessionSettings {
  readonly beatMs: number
  readonly resumeMs: number
  readonly maxSessions: number
}

/** A number that was sent as id of an event. */
export interface EventId {
  readonly session: string
  readonly number: number
}

/** The clients of server-sent events of one mount, those too that may come again. */
export class EventSessions {
  readonly settings: SessionSettings
  readonly #all = new Map<string, EventSession>()
  readonly #leaving = new Map<EventSession, Alarm>()

  constructor(settings: SessionSettings) {
    this.settings = settings
  }

  get isFull(): boolean {
    return this.#all.size >= this.settings.maxSessions
  }

  /** A name that nobody guesses. */
  newId(): string {
    return randomBytes(16).toString('hex')
  }

  add(session: EventSession): void {
    this.#all.set(session.facts.id, session)
  }

  /** The session of an event, if whoever asks for it asks for the same. */
  find(core: Core, id: string, key: string): EventSession | undefined {
    const session = this.#all.get(id)
    if (session === undefined || session.facts.key !== key) return undefined
    const alarm = this.#leaving.get(session)
    if (alarm !== undefined) core.deadlines.remove(alarm)
    this.#leaving.delete(session)
    return session
  }

  /** Nobody listens any more: it is kept for a while. */
  left(core: Core, session: EventSession): void {
    const alarm = new Alarm(() => this.end(session))
    this.#leaving.set(session, alarm)
    core.deadlines.after(alarm, this.settings.resumeMs)
  }

  end(session: EventSession): void {
    this.#leaving.delete(session)
    this.#all.delete(session.facts.id)
    session.end()
  }
}

/** The inverse of what sessions print as ids; `undefined` for what they did not print. */
export function parseEventId(text: string | undefined): EventId | undefined {
  const [, session, number] = /^([\da-f]{32})\.(\d{1,15})$/.exec(text ?? '') ?? []
  return session === undefined ? undefined : { session, number: Number(number) }
}
