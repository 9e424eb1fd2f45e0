import { Feed } from '../../actors/feeds/feed.js'
import { printWanted } from '../../actors/finding/wanted.js'
import type { ActorFacts } from '../../actors/kernel/binding.js'
import type { Life } from '../../actors/kernel/cell.js'
import type { Core } from '../../actors/kernel/core.js'
import type { FeedOptions } from '../../actors/kernel/feed-port.js'
import { ownPost } from '../../actors/kernel/message.js'
import type { Heard, Report, Subscribed, SubscribeOrder } from '../../actors/kernel/ports.js'
import type { Wanted } from '../../actors/kernel/visibility.js'
import { quote } from '../../actors/quote.js'
import { admitOwn } from '../../actors/turns/admission.js'
import { isolate, isPrimitive } from '../../actors/turns/sending.js'
import type { ActorId } from '../../base/ids.js'
import { FewActors } from './few-actors.js'

/** A publisher that was asked. */
interface Asked {
  readonly id: ActorId
  readonly facts: ActorFacts
  /** Of this asking: answers to an earlier one, of before the publisher left and came again, are for nobody. */
  readonly number: number
}

/** What holds the subscriptions of a thread. */
export interface Holder {
  readonly core: Core
  /** Told once of each. */
  ended(subscription: Subscription): void
}

/**
 * One subscription in the thread of who subscribed, which is also what its feed goes by: there may be many, so that none has
 * functions of its own.
 */
export class Subscription implements Subscribed, FeedOptions<Report> {
  readonly number: number
  readonly life: Life
  readonly wanted: Wanted
  readonly pattern: string
  readonly capacity: number
  readonly overflow: FeedOptions<Report>['overflow']
  readonly listener: FeedOptions<Report>['listener']
  readonly signal: AbortSignal | undefined
  readonly feed: Feed<Report>
  readonly #holder: Holder
  readonly #uncopied: boolean
  readonly #publishers = new FewActors<Asked>()
  /** Publishers of other threads whose answer `ready` waits for. */
  #awaited: Set<ActorId> | null = null
  #hasBegun = false
  #isReady = false
  #whenReady: (() => void)[] | null = null

  constructor(number: number, life: Life, order: SubscribeOrder, holder: Holder) {
    this.number = number
    this.life = life
    this.wanted = order.wanted
    this.pattern = order.pattern
    this.capacity = order.capacity
    this.overflow = order.overflow
    this.listener = order.listener
    this.signal = order.signal
    this.#holder = holder
    this.#uncopied = order.uncopied ?? false
    this.feed = new Feed<Report>(holder.core, life, this)
  }

  what(): string {
    return `subscribe() to ${quote(this.pattern)} of ${printWanted(this.wanted)}`
  }

  keyOf({ publisher, subject }: Report): string {
    return `${publisher.id} ${subject}`
  }

  /** What a listener gets: a copy of its own, unless it wants none. */
  show(report: Report, missed: number): unknown {
    const { publisher, subject, value, kind } = report
    const pattern = kind === 'unmatched' ? '' : this.pattern
    if (this.#uncopied) return { report, pattern, missed } satisfies Heard
    const content = isPrimitive(value) ? value : isolate(this.#holder.core, this.life.cell, true, value, 'content')
    return { publisher, subject, pattern, content, retained: kind === 'retained', missed }
  }

  onClose(): void {
    this.#holder.ended(this)
  }

  get publishers(): readonly ActorFacts[] {
    return this.#publishers.all.map(({ facts }) => facts)
  }

  /** The number under which a publisher was asked. */
  numberAt(publisher: ActorId): number | undefined {
    return this.#publishers.get(publisher)?.number
  }

  hears(publisher: ActorId): boolean {
    return this.#publishers.has(publisher)
  }

  /** It was asked of a publisher; one that answers later is awaited when it was visible from the start. */
  asked(facts: ActorFacts, number: number, answersLater: boolean): void {
    this.#publishers.add({ id: facts.id, facts, number })
    if (this.#isReady || !answersLater) return
    this.#awaited ??= new Set()
    this.#awaited.add(facts.id)
  }

  /** The publisher has said that it knows of it. */
  activate(publisher: ActorId): void {
    this.#noLonger(publisher)
  }

  gone(publisher: ActorId): void {
    this.#publishers.remove(publisher)
    this.#noLonger(publisher)
  }

  /** Whoever is visible now has been asked: from here on it is ready as soon as they have answered. */
  begun(): void {
    this.#settle()
  }

  /**
   * Resolves when every publisher that was visible at the start knows of it, and what was retained there has been delivered, or it has ended. To
   * an actor it is delivered when it is in its mailbox, ahead of what follows: it may wait for this within a turn. The system itself has as many
   * turns at once as it likes, so that its listener has been called.
   */
  get ready(): Promise<void> {
    if (this.#isReady && this.#isDelivered) return Promise.resolve()
    return new Promise((resolve) => {
      this.#whenReady ??= []
      this.#whenReady.push(resolve)
      if (this.#isReady) this.#deliver()
    })
  }

  /** It has ended. */
  end(): void {
    this.#publishers.clear()
    this.#awaited = null
    this.#isReady = true
    this.#tellReady()
  }

  #noLonger(publisher: ActorId): void {
    this.#awaited?.delete(publisher)
    if (this.#hasBegun) this.#settle()
  }

  #settle(): void {
    this.#hasBegun = true
    if (this.#isReady || (this.#awaited !== null && this.#awaited.size > 0)) return
    this.#isReady = true
    this.#awaited = null
    if (this.#whenReady !== null) this.#deliver()
  }

  get #isDelivered(): boolean {
    return this.listener === undefined || this.feed.waiting === 0 || Number.isFinite(this.life.cell.spec.concurrency)
  }

  /** Tells those who wait for it behind whatever its listener has still to be called with. */
  #deliver(): void {
    if (this.#isDelivered) return this.#tellReady()
    const post = ownPost(this.life.cell, 'listener', { where: 'listener', request: null, run: () => this.#tellReady() })
    admitOwn(this.#holder.core, this.life.cell, post, [])
  }

  #tellReady(): void {
    const waiting = this.#whenReady
    this.#whenReady = null
    if (waiting !== null) for (const resolve of waiting) resolve()
  }
}
