import { factsOfCell, factsOfTarget } from '../../actors/facade/facts.js'
import type { ActorFacts } from '../../actors/kernel/binding.js'
import type { Cell, Life } from '../../actors/kernel/cell.js'
import type { Core } from '../../actors/kernel/core.js'
import type { Report, SubscribeOrder, Target } from '../../actors/kernel/ports.js'
import type { Wanted } from '../../actors/kernel/visibility.js'
import { watchTarget } from '../../actors/turns/watching.js'
import { type ActorId, abroadOf, isAbroad, type ThreadKey } from '../../base/ids.js'
import { mayHear } from '../audience.js'
import { fits } from '../registry.js'
import { checkPattern } from '../subject.js'
import { SubjectIndex } from '../subject-index.js'
import { bindingFor } from './bindings.js'
import type { FarReport, ReportLinks, ReportNote } from './notes.js'
import type { Publications } from './publications.js'
import type { Interest } from './publisher.js'
import { type Holder, Subscription } from './subscription.js'
import { Wishes } from './wishes.js'

/** An actor of another thread whose reports are heard here, and who hears them. */
interface FarPublisher {
  facts: ActorFacts
  readonly index: SubjectIndex<Subscription>
}

/** One time that a subscription was asked of a publisher. */
interface Asking {
  readonly subscription: Subscription
  readonly publisher: ActorId
}

export interface SubscriptionsParts {
  readonly core: Core
  readonly links: ReportLinks
  /** What is published in this thread. */
  readonly publications: Publications
  readonly visible: (wanted: Wanted) => Iterable<ActorFacts>
}

/** What the actors of one thread have subscribed to, here and on other threads. */
export class Subscriptions {
  readonly #core: Core
  readonly #holder: Holder
  readonly #links: ReportLinks
  readonly #publications: Publications
  readonly #visible: (wanted: Wanted) => Iterable<ActorFacts>
  /** What was asked of publishers, and stands. */
  readonly #askings = new Map<number, Asking>()
  readonly #wishes = new Wishes()
  /** Who hears which publisher. */
  readonly #hearers = new Map<ActorId, Set<Subscription>>()
  readonly #fars = new Map<ActorId, FarPublisher>()
  /** Ends of watching publishers that are registered nowhere. */
  readonly #unwatch = new Map<ActorId, () => void>()
  #made = 0
  #asked = 0

  constructor({ core, links, publications, visible }: SubscriptionsParts) {
    this.#core = core
    this.#holder = { core, ended: (subscription) => this.#end(subscription) }
    this.#links = links
    this.#publications = publications
    this.#visible = visible
  }

  /** Subscriptions, and what was asked of publishers for them. */
  get size(): number {
    return this.#wishes.size + this.#askings.size + this.#hearers.size + this.#fars.size + this.#unwatch.size
  }

  /** Subscribes for an actor of this thread to those that are visible now and to those that will be. */
  subscribe(life: Life, order: SubscribeOrder): Subscription {
    checkPattern(order.pattern, 'subscribe()')
    const subscription = new Subscription(++this.#made, life, order, this.#holder)
    this.#wishes.add(subscription)
    for (const facts of [...this.#visible(order.wanted), ...this.#unregistered(order.wanted)]) this.#attach(subscription, facts)
    subscription.begun()
    if (order.signal?.aborted === true) subscription.feed.close()
    return subscription
  }

  /** A publisher has become visible, or has joined a group. */
  appeared(facts: ActorFacts): void {
    this.#learn(facts)
    for (const subscription of this.#wishes.for(facts)) {
      if (!subscription.hears(facts.id) && fits(facts, subscription.wanted)) this.#attach(subscription, facts)
    }
  }

  /** One has left a group: who hears it only for that hears it no more. */
  left(facts: ActorFacts): void {
    this.#learn(facts)
    for (const subscription of [...(this.#hearers.get(facts.id) ?? [])]) {
      if (!fits(facts, subscription.wanted)) this.#withdraw(subscription, facts)
    }
  }

  /** One is not visible any more. */
  vanished({ id, thread, cell }: ActorFacts): void {
    const hearers = this.#hearers.get(id) ?? []
    const isHere = thread === this.#core.options.thread
    this.#unheard(id)
    this.#fars.delete(id)
    for (const subscription of hearers) {
      const number = this.#forget(subscription, id)
      if (isHere) this.#publications.withdraw(cell, null, number)
    }
  }

  #unheard(id: ActorId): void {
    this.#hearers.delete(id)
    this.#unwatch.get(id)?.()
    this.#unwatch.delete(id)
  }

  /** A thread has ended: nobody hears any more who published there. */
  lost(thread: ThreadKey): void {
    for (const { facts } of [...this.#fars.values()]) if (facts.thread === thread) this.vanished(facts)
  }

  /** Only from here on it hears what its publisher publishes for all: what came before it was retained for it or not meant for it. */
  activate(number: number): void {
    const asking = this.#askings.get(number)
    if (asking === undefined) return
    const { subscription, publisher } = asking
    subscription.activate(publisher)
    this.#fars.get(publisher)?.index.add(subscription.pattern, subscription)
  }

  /** A publisher of another process takes no more: nothing comes of it from there. */
  refused(number: number): void {
    const asking = this.#askings.get(number)
    if (asking === undefined) return
    const { subscription, publisher } = asking
    const facts = this.#fars.get(publisher)?.facts
    if (facts !== undefined) this.#withdraw(subscription, facts)
    this.#core.world.log.warn(`${subscription.what()}: ${publisher} does not take it; nothing comes from there`)
  }

  /** Of whom a subscription was asked under a number. */
  publisherOf(number: number): ActorId | undefined {
    return this.#askings.get(number)?.publisher
  }

  /** A value for one subscription. */
  received({ subscription: number, subject, value, as }: Extract<ReportNote, { kind: 'direct' }>): void {
    const asking = this.#askings.get(number)
    const far = asking === undefined ? undefined : this.#fars.get(asking.publisher)
    if (asking === undefined || far === undefined) return
    asking.subscription.feed.push([{ publisher: bindingFor(far.facts), subject, value, kind: as }])
  }

  /** A value for all that match. */
  fanOut({ publisher, subject, value }: FarReport): void {
    const far = this.#fars.get(publisher)
    if (far === undefined) return
    const parcel: [Report] = [{ publisher: bindingFor(far.facts), subject, value, kind: 'published' }]
    for (const { entry } of far.index.matches(subject)) entry.feed.push(parcel)
  }

  /** Reports that found no room on their way here. */
  missed(number: number, count: number): void {
    this.#askings.get(number)?.subscription.feed.miss(count)
  }

  /** A report names its publisher with the groups it is in. */
  #learn(facts: ActorFacts): void {
    const far = this.#fars.get(facts.id)
    if (far !== undefined) far.facts = facts
  }

  /** One very actor can be heard though it is registered nowhere. */
  #unregistered({ id }: Wanted): readonly ActorFacts[] {
    if (id === undefined || !this.#isUnknown(id)) return []
    const target = this.#core.knownActor(id)
    if (target === undefined || isGone(target)) return []
    const facts = factsOfTarget(this.#core, target)
    if (!this.#unwatch.has(facts.id))
      this.#unwatch.set(
        facts.id,
        watchTarget(this.#core, target, () => this.vanished(facts)),
      )
    return [facts]
  }

  #isUnknown(id: string): boolean {
    for (const _ of this.#visible({ id })) return false
    return true
  }

  #attach(subscription: Subscription, facts: ActorFacts): void {
    const subscriber = factsOfCell(this.#core, this.#identity(subscription.life.cell))
    const way = isAbroad(facts.thread) ? abroadOf(facts.thread).group : ''
    if (!mayHear(subscriber, facts, way)) return
    const isFar = facts.thread !== this.#core.options.thread
    const number = ++this.#asked
    subscription.asked(facts, number, isFar)
    const hearers = this.#hearers.get(facts.id) ?? new Set()
    this.#hearers.set(facts.id, hearers.add(subscription))
    const { pattern } = subscription
    if (isFar) {
      this.#askings.set(number, { subscription, publisher: facts.id })
      if (!this.#fars.has(facts.id)) this.#fars.set(facts.id, { facts, index: new SubjectIndex() })
      return this.#links.note(facts.thread, { kind: 'subscribe', cell: facts.cell, subscription: number, pattern, subscriber })
    }
    const cell = this.#core.cells.get(facts.cell)
    if (cell === undefined) return this.#withdraw(subscription, facts)
    const interest: Interest = { subscription: number, thread: facts.thread, pattern, subscriber, here: subscription.feed, missed: 0 }
    this.#publications.begin(cell, interest)
    subscription.activate(facts.id)
  }

  #withdraw(subscription: Subscription, facts: ActorFacts): void {
    const { thread } = this.#core.options
    const number = this.#forget(subscription, facts.id)
    const hearers = this.#hearers.get(facts.id)
    hearers?.delete(subscription)
    if (hearers?.size === 0) this.#unheard(facts.id)
    if (facts.thread === thread) return this.#publications.withdraw(facts.cell, null, number)
    this.#fars.get(facts.id)?.index.remove(subscription.pattern, subscription)
    if (hearers?.size === 0) this.#fars.delete(facts.id)
    this.#links.note(facts.thread, { kind: 'unsubscribe', cell: facts.cell, subscription: number })
  }

  /** It hears a publisher no more. Returns the number under which it was asked. */
  #forget(subscription: Subscription, publisher: ActorId): number {
    const number = subscription.numberAt(publisher) ?? 0
    this.#askings.delete(number)
    subscription.gone(publisher)
    return number
  }

  #end(subscription: Subscription): void {
    for (const facts of subscription.publishers) this.#withdraw(subscription, facts)
    this.#wishes.remove(subscription)
    subscription.end()
  }

  /** Light actors and the system itself subscribe as the system's own actor. */
  #identity(cell: Cell): Cell {
    return cell.spec.definition.light ? this.#core.root : cell
  }
}

function isGone(target: Target): boolean {
  return target.far ? target.gone !== null : target.state === 'stopped'
}
