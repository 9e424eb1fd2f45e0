import type { Scheduler } from '../../base/world.js'
import type { Catalogue } from '../catalogue/catalogue.js'
import type { LinkState } from '../routes/link-state.js'
import type { LinkStates } from '../routes/link-states.js'
import { Lingering } from './lingering.js'

/** What is out of reach is forgotten after one period at least, after two at most. */
const PERIOD_MS = 60_000

export interface OblivionParts {
  readonly scheduler: Scheduler
  readonly states: LinkStates
  readonly catalogue: Catalogue
}

/**
 * Forgets what is known of processes that nothing leads to any more. Not at once: their return is cheap while they are remembered, and what
 * comes from afar may be heard of before the way to it.
 *
 * - **Cost**: one timer, and none while nothing changes and nothing is out of reach.
 */
export class Oblivion {
  readonly #parts: OblivionParts
  readonly #reports = new Lingering<LinkState>()
  readonly #origins = new Lingering<string>()
  #cancel: (() => void) | null = null

  constructor(parts: OblivionParts) {
    this.#parts = parts
  }

  /** Something may be out of reach. */
  due(): void {
    this.#cancel ??= this.#parts.scheduler.timer(PERIOD_MS, () => this.#look())
  }

  close(): void {
    this.#cancel?.()
    this.#cancel = null
  }

  #look(): void {
    this.#cancel = null
    if (this.#forgetReports() + this.#forgetOrigins() > 0) this.due()
  }

  /** Returns how many may be forgotten next time. */
  #forgetReports(): number {
    const { states } = this.#parts
    const missing = states.unreached()
    const gone = this.#reports.look(missing.keys())
    for (const state of gone) states.forget(missing.get(state) as string, state.process)
    return missing.size - gone.length
  }

  #forgetOrigins(): number {
    const { catalogue } = this.#parts
    const missing = catalogue.outOfReach()
    const gone = this.#origins.look(missing)
    for (const id of gone) catalogue.forget(id)
    return missing.length - gone.length
  }
}
