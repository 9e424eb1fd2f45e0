import type { Role } from '../protocol/hello.js'
import { advertise } from '../routes/advertisement.js'
import type { LinkState } from '../routes/link-state.js'
import type { Routes } from '../routes/routes.js'

/** What this process reports of its links in one exchange group, numbered. */
export class OwnReport {
  readonly #group: string
  #number = 0
  #last = ''

  constructor(group: string) {
    this.#group = group
  }

  /** Somebody has heard of a report with this number: what is said next is above it, and is said although it may be the same. */
  rise(number: number): void {
    this.#number = Math.max(this.#number, number)
    this.#last = ''
  }

  /** The report to make; `undefined` when it is the same as the last one. */
  next(
    links: Iterable<{ readonly id: string; readonly role: Role }>,
    routes: Routes,
  ): Omit<LinkState, 'process' | 'incarnation'> | undefined {
    const all = [...links]
    const idsOf = (role: Role): readonly string[] => [...new Set(all.filter((one) => one.role === role).map(({ id }) => id))].sort()
    const said = { servers: idsOf('server'), clients: idsOf('client'), behind: advertise(routes, this.#group) }
    const text = JSON.stringify(said)
    if (text === this.#last) return undefined
    this.#last = text
    return { number: ++this.#number, ...said }
  }
}
