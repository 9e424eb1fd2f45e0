import type { ProcessName } from '../protocol/process-name.js'
import { HashTotals } from './hash-totals.js'
import { AudienceLog } from './logs/audience-log.js'
import type { Origin } from './origin.js'

/** How much a process keeps of others. */
export interface OriginLimits {
  /** Origins that are known, those out of reach included. */
  readonly origins: number
  /** Of them, those kept after they were lost. */
  readonly aside: number
  /** Removals remembered in a log. */
  readonly removals: number
}

/**
 * The origins that a process knows, and which of them can be reached. Those that were lost are kept aside, up to a number, so
 * that their return costs a digest.
 */
export class OriginTable {
  readonly totals = new HashTotals()
  readonly #limits: OriginLimits
  readonly #origins = new Map<string, Origin>()
  readonly #reachable = new Set<string>()
  /** In the order in which they were lost. */
  readonly #aside = new Set<string>()

  constructor(limits: OriginLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#origins.size
  }

  get(id: string): Origin | undefined {
    return this.#origins.get(id)
  }

  all(): Iterable<Origin> {
    return this.#origins.values()
  }

  isReachable(id: string): boolean {
    return this.#reachable.has(id)
  }

  /** Takes in an origin, or its next life in place of the one before; `undefined` when there is no room. */
  admit(name: ProcessName): Origin | undefined {
    if (!this.#origins.has(name.id) && !this.#makeRoom()) return undefined
    const isAside = this.#aside.has(name.id)
    this.forget(name.id)
    if (isAside) this.#aside.add(name.id)
    const origin: Origin = { name, logs: new Map(), via: [] }
    this.#origins.set(name.id, origin)
    return origin
  }

  logOf(origin: Origin, audience: string): AudienceLog {
    const known = origin.logs.get(audience)
    if (known !== undefined) return known
    const log = new AudienceLog({ origin: origin.name, audience }, this.#limits.removals)
    origin.logs.set(audience, log)
    return log
  }

  /** False when it could be reached before. */
  reach(id: string): boolean {
    if (this.#reachable.has(id)) return false
    this.#aside.delete(id)
    this.#reachable.add(id)
    return true
  }

  /** False when it could not be reached before. */
  lose(id: string): boolean {
    if (!this.#reachable.delete(id)) return false
    if (this.#origins.has(id)) this.#aside.add(id)
    if (this.#aside.size > this.#limits.aside) this.#forgetOldest()
    return true
  }

  forget(id: string): void {
    this.#aside.delete(id)
    for (const log of this.#origins.get(id)?.logs.values() ?? []) this.totals.drop(log)
    this.#origins.delete(id)
  }

  #makeRoom(): boolean {
    if (this.#origins.size >= this.#limits.origins) this.#forgetOldest()
    return this.#origins.size < this.#limits.origins
  }

  #forgetOldest(): void {
    for (const id of this.#aside) return this.forget(id)
  }
}
