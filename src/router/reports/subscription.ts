import type { Feed } from '../../actors/feeds/feed.js'
import type { ActorFacts } from '../../actors/kernel/binding.js'
import type { Life } from '../../actors/kernel/cell.js'
import type { Report, Subscribed } from '../../actors/kernel/ports.js'
import type { Wanted } from '../../actors/kernel/visibility.js'
import type { ActorId } from '../../base/ids.js'

/** A publisher that was asked. */
interface Asked {
  readonly facts: ActorFacts
  /** Of this asking: answers to an earlier one, of before the publisher left and came again, are for nobody. */
  readonly number: number
}

/** One subscription in the thread of who subscribed. */
export class Subscription implements Subscribed {
  readonly number: number
  readonly life: Life
  readonly wanted: Wanted
  readonly pattern: string
  feed!: Feed<Report>
  readonly #publishers = new Map<ActorId, Asked>()
  /** Publishers whose answer `ready` waits for; `null` once there is none. */
  #awaited: Set<ActorId> | null = new Set()
  #hasBegun = false
  #whenReady: (() => void)[] = []

  constructor(number: number, life: Life, wanted: Wanted, pattern: string) {
    this.number = number
    this.life = life
    this.wanted = wanted
    this.pattern = pattern
  }

  get publishers(): readonly ActorFacts[] {
    return [...this.#publishers.values()].map(({ facts }) => facts)
  }

  /** The number under which a publisher was asked. */
  numberAt(publisher: ActorId): number | undefined {
    return this.#publishers.get(publisher)?.number
  }

  hears(publisher: ActorId): boolean {
    return this.#publishers.has(publisher)
  }

  /** It was asked of a publisher, and is awaited when that was visible from the start. */
  asked(facts: ActorFacts, number: number): void {
    this.#publishers.set(facts.id, { facts, number })
    this.#awaited?.add(facts.id)
  }

  /** The publisher has said that it knows of it. */
  activate(publisher: ActorId): void {
    this.#noLonger(publisher)
  }

  gone(publisher: ActorId): void {
    this.#publishers.delete(publisher)
    this.#noLonger(publisher)
  }

  /** Whoever is visible now has been asked: from here on it is ready as soon as they have answered. */
  begun(): void {
    this.#settle()
  }

  /** Resolves when every publisher that was visible at the start knows of it, or it has ended. */
  get ready(): Promise<void> {
    return this.#awaited === null ? Promise.resolve() : new Promise((resolve) => void this.#whenReady.push(resolve))
  }

  /** It has ended. */
  end(): void {
    this.#publishers.clear()
    this.#awaited?.clear()
    this.#settle()
  }

  #noLonger(publisher: ActorId): void {
    this.#awaited?.delete(publisher)
    if (this.#hasBegun) this.#settle()
  }

  #settle(): void {
    this.#hasBegun = true
    if (this.#awaited === null || this.#awaited.size > 0) return
    this.#awaited = null
    const waiting = this.#whenReady
    this.#whenReady = []
    for (const resolve of waiting) resolve()
  }
}
