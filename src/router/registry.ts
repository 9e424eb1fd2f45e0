import type { ActorFacts } from '../actors/kernel/binding.js'
import type { ActorId, ThreadKey } from '../base/ids.js'

/** The services that a thread knows of, in the order in which it came to know them. Pure state. */
export class Registry {
  readonly #byId = new Map<ActorId, ActorFacts>()
  readonly #byName = new Map<string, Set<ActorId>>()

  /** False when it is there already. */
  add(facts: ActorFacts): boolean {
    if (this.#byId.has(facts.id)) return false
    this.#byId.set(facts.id, facts)
    const named = this.#byName.get(facts.name)
    if (named === undefined) this.#byName.set(facts.name, new Set([facts.id]))
    else named.add(facts.id)
    return true
  }

  /** What was taken out; `undefined` when it was not there. */
  remove(id: ActorId): ActorFacts | undefined {
    const facts = this.#byId.get(id)
    if (facts === undefined) return undefined
    this.#byId.delete(id)
    const named = this.#byName.get(facts.name)
    named?.delete(id)
    if (named?.size === 0) this.#byName.delete(facts.name)
    return facts
  }

  byId(id: string): ActorFacts | undefined {
    return this.#byId.get(id as ActorId)
  }

  /** The one of that name that has been known the longest. */
  first(name: string): ActorFacts | undefined {
    const named = this.#byName.get(name)
    if (named === undefined) return undefined
    for (const id of named) return this.#byId.get(id)
    return undefined
  }

  /** Those of one thread, in order. */
  ofThread(thread: ThreadKey): readonly ActorFacts[] {
    return [...this.#byId.values()].filter((facts) => facts.thread === thread)
  }
}
