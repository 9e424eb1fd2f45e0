/** What a process has told, in order, and who waits for something that it has yet to tell. */

/** How long anything may take; nothing depends on it but how soon a test fails. */
const LIMIT_MS = 25_000

/** Of what a process has told, in the failure of a test. */
const MOST_SHOWN = 12

/** What processes tell: see `fixtures/peer.js`, and `--json` of the program. */
export interface Told {
  readonly event: string
  readonly [key: string]: unknown
}

interface Waiter {
  readonly look: () => boolean
  readonly fail: (why: string) => void
}

export class ToldList {
  readonly all: Told[] = []
  readonly #name: string
  readonly #waiters = new Set<Waiter>()
  #end: string | null = null
  /** Behind what has been waited for, by the kind of event: kinds have no common order. */
  readonly #at = new Map<string, number>()

  constructor(name: string) {
    this.#name = name
  }

  add(told: Told): void {
    this.all.push(told)
    for (const { look } of this.#waiters) look()
  }

  /** Nothing will be told any more. */
  end(why: string): void {
    this.#end = why
    for (const { fail } of this.#waiters) fail(why)
  }

  /**
   * Resolves with the first that has such fields, behind what the last call for that kind of event resolved with; what is in between is
   * passed over.
   *
   * - **Errors**: rejects when the process ends, and after a long while.
   */
  next(fields: Told): Promise<Told> {
    const from = this.#at.get(fields.event) ?? 0
    return this.find(`tells ${JSON.stringify(fields)}`, (told, at) => {
      const isIt = at >= from && Object.entries(fields).every(([key, value]) => told[key] === value)
      if (isIt) this.#at.set(fields.event, at + 1)
      return isIt
    })
  }

  /** Resolves with the first that something is true of, among all. */
  find(what: string, isIt: (told: Told, at: number) => boolean): Promise<Told> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.#waiters.delete(waiter)
        clearTimeout(limit)
      }
      const fail = (why: string): void => {
        settle()
        reject(
          new Error(
            `${this.#name}: it did not come about that it ${what}; ${why}; it told last:\n${this.all.slice(-MOST_SHOWN).map(printTold).join('\n')}`,
          ),
        )
      }
      const look = (): boolean => {
        const found = this.all.find(isIt)
        if (found === undefined) return false
        settle()
        resolve(found)
        return true
      }
      const waiter: Waiter = { look, fail }
      const limit = setTimeout(() => fail('it took too long'), LIMIT_MS)
      this.#waiters.add(waiter)
      if (!look() && this.#end !== null) fail(this.#end)
    })
  }
}

const printTold = (told: Told): string => JSON.stringify(told)
