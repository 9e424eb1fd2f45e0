import type { ActorFacts } from '../actors/kernel/binding.js'
import type { Target } from '../actors/kernel/ports.js'
import type { Wanted } from '../actors/kernel/visibility.js'
import type { ThreadKey } from '../base/ids.js'
import { fits } from './registry.js'

interface Waiter {
  readonly wanted: Wanted
  readonly listener: (target: Target) => void
}

interface VersionWaiter {
  readonly thread: ThreadKey
  readonly version: number
  readonly resolve: () => void
}

/** Those who wait for a service to become visible, or for a replica to catch up. Bounded by the deadlines of who waits. */
export class Waiters {
  readonly #services = new Set<Waiter>()
  readonly #versions = new Set<VersionWaiter>()

  /** Those who wait. */
  get size(): number {
    return this.#services.size + this.#versions.size
  }

  add(wanted: Wanted, listener: (target: Target) => void): () => void {
    const waiter: Waiter = { wanted, listener }
    this.#services.add(waiter)
    return () => void this.#services.delete(waiter)
  }

  addVersion(thread: ThreadKey, version: number, resolve: () => void): void {
    this.#versions.add({ thread, version, resolve })
  }

  available(facts: ActorFacts, target: () => Target): void {
    if (this.#services.size === 0) return
    for (const waiter of [...this.#services]) {
      if (!fits(facts, waiter.wanted)) continue
      this.#services.delete(waiter)
      waiter.listener(target())
    }
  }

  reached(thread: ThreadKey, version: number): void {
    for (const waiter of [...this.#versions]) {
      if (waiter.thread !== thread || waiter.version > version) continue
      this.#versions.delete(waiter)
      waiter.resolve()
    }
  }
}
