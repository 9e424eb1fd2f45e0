import type { ActorFacts } from '../../actors/kernel/binding.js'
import type { Subscription } from './subscription.js'

const NONE: ReadonlySet<Subscription> = new Set()

/** What the subscriptions of a thread wish to hear, so that a publisher that appears finds those it may concern. */
export class Wishes {
  readonly #byName = new Map<string, Set<Subscription>>()
  readonly #others = new Set<Subscription>()

  /** Subscriptions. */
  get size(): number {
    return [...this.#byName.values()].reduce((sum, { size }) => sum + size, this.#others.size)
  }

  add(subscription: Subscription): void {
    const { name } = subscription.wanted
    if (name === undefined) {
      this.#others.add(subscription)
      return
    }
    const named = this.#byName.get(name) ?? new Set()
    this.#byName.set(name, named.add(subscription))
  }

  remove(subscription: Subscription): void {
    const { name } = subscription.wanted
    this.#others.delete(subscription)
    const named = name === undefined ? undefined : this.#byName.get(name)
    named?.delete(subscription)
    if (name !== undefined && named?.size === 0) this.#byName.delete(name)
  }

  /** Those that may want what a publisher says, in the order in which they subscribed. */
  for({ name }: ActorFacts): readonly Subscription[] {
    const named = this.#byName.get(name) ?? NONE
    if (this.#others.size === 0) return [...named]
    return [...named, ...this.#others].sort((one, other) => one.number - other.number)
  }
}
