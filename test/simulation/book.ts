/** What was sent, what handlers say they got of it, and what became of every promise: the first three promises are laws about this. */

import { isServiceFailure } from '../../src/base/failures.js'
import type { PlayerLife } from './player-life.js'

/** How late a deadline may be: another thread is asked whether the handler had begun, for 20 ms. */
const GRACE_MS = 25

/** Errors of ours that are no failures of calls. */
const PLAIN = /thread \d+|system is stopping|did not finish within/

export interface Sent {
  readonly serial: number
  readonly kind: 'call' | 'stream' | 'tell' | 'offer'
  /** Who sends; `null` is the program. */
  readonly by: PlayerLife | null
  readonly lane: string
  /** The actor it goes to; what goes through a client may wait for one. */
  readonly to: string | null
}

interface Entry extends Sent {
  /** Hops at which a handler has begun. */
  readonly begun: Set<string>
  /** Some handler has answered or thrown. */
  ended: boolean
  /** It was said to be certain that no handler has run or will. */
  refused: boolean
}

interface Wait {
  readonly what: string
  /** Whoever waits; `null` is the program. */
  readonly by: PlayerLife | null
  /** It must have ended by then. */
  readonly dueMs: number
}

/** What is known of a promise. */
export interface Following {
  readonly by: PlayerLife | null
  readonly limitMs: number
  /** The message that it is about. */
  readonly serial?: number
}

export interface BookOptions {
  readonly now: () => number
  readonly fault: (what: string) => void
  readonly note: (line: () => string) => void
}

export class Book {
  readonly #options: BookOptions
  readonly #entries = new Map<number, Entry>()
  readonly #waits = new Set<Wait>()
  /** The newest message that a receiver has begun, by sender, receiver and lane. */
  readonly #newest = new Map<string, number>()
  #serials = 0

  constructor(options: BookOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#serials
  }

  send(sent: Omit<Sent, 'serial'>): Sent {
    const entry: Entry = { ...sent, serial: ++this.#serials, begun: new Set(), ended: false, refused: false }
    this.#entries.set(entry.serial, entry)
    return entry
  }

  /** A tell was answered at once. */
  told(serial: number, answer: string): void {
    this.#options.note(() => `message ${serial} told: ${answer}`)
    if (answer !== 'accepted') this.#refused(serial)
  }

  began(serial: number, hop: string, life: PlayerLife): void {
    const entry = this.#entries.get(serial)
    this.#options.note(() => `message ${serial} begins at ${life.label} (${hop})`)
    if (entry === undefined) return this.#options.fault(`message ${serial} was never sent, and ${life.label} has got it`)
    if (entry.begun.has(hop)) this.#options.fault(`${life.label} has got message ${serial} (${hop}) though a handler had begun it before`)
    if (entry.refused) this.#options.fault(`${life.label} has got message ${serial}, which was said never to be delivered`)
    if (hop === 'act' && isForNobody(entry, life))
      this.#options.fault(`${life.label} has got call ${serial} of a thread that it knew to be dead`)
    entry.begun.add(hop)
    if (hop === 'act' && entry.to !== null) this.#inOrder(entry, life)
  }

  ended(serial: number, how: string): void {
    this.#options.note(() => `message ${serial} ${how}`)
    const entry = this.#entries.get(serial)
    if (entry !== undefined) entry.ended = true
  }

  /** Follows a promise to its end. */
  async follow<T>(what: string, promise: PromiseLike<T>, { by, limitMs, serial }: Following): Promise<T> {
    const { now, fault, note } = this.#options
    const wait: Wait = { what, by, dueMs: now() + limitMs + GRACE_MS }
    this.#waits.add(wait)
    try {
      const value = await promise
      if (isDead(by)) return value
      note(() => `${what}: done`)
      if (serial !== undefined) this.#succeeded(serial, value)
      return value
    } catch (error) {
      if (isDead(by)) throw error
      note(() => `${what}: ${String((error as { code?: unknown }).code ?? error)} ${(error as { delivered?: string }).delivered ?? ''}`)
      this.#failed(what, error, serial)
      throw error
    } finally {
      this.#waits.delete(wait)
      if (!isDead(by) && now() > wait.dueMs) fault(`${what} ended ${now() - wait.dueMs + GRACE_MS} ms after its deadline`)
    }
  }

  /** What should have ended and has not; after all is over `nowMs` is `Infinity`. */
  overdue(nowMs: number): readonly string[] {
    const waits = [...this.#waits].filter(({ by }) => !isDead(by))
    return waits.filter(({ dueMs }) => dueMs < nowMs || nowMs === Number.POSITIVE_INFINITY).map(({ what }) => what)
  }

  #inOrder({ serial, by, to, lane }: Entry, life: PlayerLife): void {
    // A worker gets what is sent to it, and what is sent to its pool.
    const key = `${by?.key ?? 'program'} to ${to} at ${life.self.id} (${lane})`
    const newest = this.#newest.get(key) ?? 0
    if (newest > serial) this.#options.fault(`message ${serial} of ${key} came after message ${newest}, which was sent after it`)
    this.#newest.set(key, Math.max(newest, serial))
  }

  #succeeded(serial: number, value: unknown): void {
    const entry = this.#entries.get(serial) as Entry
    if (entry.kind !== 'call') return
    if (!entry.ended) this.#options.fault(`call ${serial} has an answer that no handler has given`)
    if (value !== serial) this.#options.fault(`call ${serial} has the answer ${String(value)}, that of another`)
  }

  #failed(what: string, error: unknown, serial: number | undefined): void {
    const { fault } = this.#options
    if (!isServiceFailure(error)) return this.#plain(what, error)
    if (serial === undefined) return
    const entry = this.#entries.get(serial) as Entry
    if (error.delivered === 'no') this.#refused(serial)
    if (error.delivered === 'yes' && !entry.ended) fault(`${what} failed as delivered, and no handler has ended: ${error.message}`)
  }

  /** What reaches a program must be a failure of ours, or what it has itself put there. */
  #plain(what: string, error: unknown): void {
    const { message = '' } = error as Partial<Error>
    if (!message.startsWith('simulated') && !PLAIN.test(message)) this.#options.fault(`${what} failed with ${String(error)}`)
  }

  #refused(serial: number): void {
    const entry = this.#entries.get(serial) as Entry
    entry.refused = true
    if (entry.begun.size > 0) this.#options.fault(`message ${serial} was said not to be delivered, and its handler has begun`)
  }
}

/** Nobody waits for the answer any more, and the thread of the handler has been told. One passes through a pool, which may know less. */
function isForNobody({ kind, by }: Entry, life: PlayerLife): boolean {
  if (kind !== 'call' || by === null || by.thread.alive) return false
  const { world, actors } = life.simulation
  return actors.of(life.id)?.order.isPool !== true && !world.lives(by.thread, life.thread)
}

/** The thread of whoever waits has died: what its promises do is nothing to anybody. */
function isDead(by: PlayerLife | null): boolean {
  return by?.thread.alive === false
}
