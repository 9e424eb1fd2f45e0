import { Alarm } from '../../../actors/kernel/alarm.js'
import type { Share } from '../../limits/byte-budget.js'
import type { Outsider } from '../outsider.js'

/** Events that are kept for a client that comes again, and their characters. */
const MAX_KEPT = 1000
const MAX_KEPT_LENGTH = 2 ** 20

/** One event that was sent, or is to be. */
export interface Kept {
  readonly number: number
  readonly text: string
}

/** What a session is about. */
export interface SessionFacts {
  readonly id: string
  /** What was asked for and by whom: a client that comes again must ask the same. */
  readonly key: string
}

/** What is told, and how. */
export interface SessionSource {
  readonly items: AsyncIterator<unknown, undefined>
  /** `undefined`: not for this client. */
  print(item: unknown): string | undefined
}

/** What a session stands on. */
export interface SessionParts {
  readonly outsider: Outsider
  readonly source: SessionSource
  /** Characters that are kept for it, of what may be kept for all. */
  readonly share: Share
}

/**
 * One client of server-sent events, over all the requests that it makes: numbers what it sends and keeps the last of it, so that a client that
 * lost its connection gets what it has not seen. What nobody asks for waits at its source, which is bounded.
 */
export class EventSession {
  readonly facts: SessionFacts
  readonly #parts: SessionParts
  readonly #kept: Kept[] = []
  #keptLength = 0
  #last = 0
  /** The request that listens now. */
  #listener: object | null = null
  #wake = (): void => undefined
  #isPulling = false
  #isOver = false

  constructor(facts: SessionFacts, parts: SessionParts) {
    this.facts = facts
    this.#parts = parts
  }

  /** There will be no more events than those that are kept. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** What a client that has all up to a number gives to get the rest. */
  idOf(number: number): string {
    return `${this.facts.id}.${number}`
  }

  /** Whether everything after a number can still be sent. */
  reaches(number: number): boolean {
    return number <= this.#last && number >= (this.#kept[0]?.number ?? this.#last + 1) - 1
  }

  /** A request takes the place of the one that listened before. */
  attach(listener: object): void {
    this.#listener = listener
    this.#wake()
  }

  /** False when another request has taken its place. */
  detach(listener: object): boolean {
    if (this.#listener !== listener) return false
    this.#listener = null
    this.#wake()
    return true
  }

  /** The first event after a number, as soon as there is one; `'beat'` after so long without; `undefined` when there will be none. */
  async after(number: number, listener: object, beatMs: number): Promise<Kept | 'beat' | undefined> {
    let isLate = false
    const alarm = new Alarm(() => {
      isLate = true
      this.#wake()
    })
    const { core } = this.#parts.outsider
    core.deadlines.after(alarm, beatMs)
    try {
      while (this.#listener === listener) {
        // Whoever is behind all that is kept goes on with the oldest.
        const kept = this.#kept[Math.max(0, number + 1 - (this.#kept[0]?.number ?? 0))]
        if (kept !== undefined && kept.number > number) return kept
        if (this.#isOver) return undefined
        if (isLate) return 'beat'
        this.#pull()
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
      return undefined
    } finally {
      core.deadlines.remove(alarm)
    }
  }

  /** A second time does nothing. */
  end(): void {
    const { source, outsider, share } = this.#parts
    this.#isOver = true
    this.#listener = null
    this.#wake()
    share.close()
    void source.items.return?.()
    outsider.end()
  }

  /** Asks for one more, unless somebody has. */
  #pull(): void {
    if (this.#isPulling) return
    this.#isPulling = true
    const { source } = this.#parts
    source.items
      .next()
      .then(({ done, value }) => {
        if (done === true) this.#isOver = true
        else this.#keep(source.print(value))
      })
      .catch(() => {
        this.#isOver = true
      })
      .finally(() => {
        this.#isPulling = false
        this.#wake()
      })
  }

  #keep(data: string | undefined): void {
    if (data === undefined) return
    const number = ++this.#last
    const text = `id: ${this.idOf(number)}\ndata: ${data}\n\n`
    this.#kept.push({ number, text })
    this.#keptLength += text.length
    // The newest stays, however large: somebody may wait for it.
    while (this.#kept.length > 1 && (this.#kept.length > MAX_KEPT || this.#keptLength > MAX_KEPT_LENGTH)) {
      this.#keptLength -= this.#kept.shift()?.text.length ?? 0
    }
    this.#parts.share.set(this.#keptLength)
  }
}
