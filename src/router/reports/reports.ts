import { factsOfCell, factsOfTarget } from '../../actors/facade/facts.js'
import { Feed } from '../../actors/feeds/feed.js'
import { type ActorFacts, Binding } from '../../actors/kernel/binding.js'
import type { Cell, Life } from '../../actors/kernel/cell.js'
import type { Core } from '../../actors/kernel/core.js'
import type { Report, Reporting, SubscribeOrder, SubscriptionNotice } from '../../actors/kernel/ports.js'
import type { Wanted } from '../../actors/kernel/visibility.js'
import { isolate, isPrimitive } from '../../actors/turns/sending.js'
import { watchTarget } from '../../actors/turns/watching.js'
import type { ActorId, ThreadKey } from '../../base/ids.js'
import { checkValue } from '../../codec/check.js'
import type { Matched } from '../pattern-group.js'
import { fits } from '../registry.js'
import { checkPattern, checkSubject, matchSubject } from '../subject.js'
import { SubjectIndex } from '../subject-index.js'
import type { ReportLinks, ReportNote } from './notes.js'
import { type Interest, Publisher } from './publisher.js'
import { checkValue as checkReport, ruleFor } from './report-rules.js'
import { Subscription } from './subscription.js'
import { Wishes } from './wishes.js'

/** An actor of another thread whose reports are heard here, and who hears them. */
interface FarPublisher {
  readonly facts: ActorFacts
  readonly index: SubjectIndex<Subscription>
}

/**
 * The reports of one thread: what its actors publish, and what they have subscribed to here and on other threads.
 *
 * - **Ordering**: the reports of one publisher reach a subscription in the order in which they were published, in order with
 *   the messages that its thread sends; what was retained comes before anything newer.
 * - **Cost**: a report leaves its thread once for each thread with a subscription that matches.
 */
export class Reports implements Reporting {
  readonly #core: Core
  readonly #links: ReportLinks
  readonly #visible: (wanted: Wanted) => Iterable<ActorFacts>
  readonly #publishers = new Map<number, Publisher>()
  readonly #subscriptions = new Map<number, Subscription>()
  readonly #wishes = new Wishes()
  /** Who hears which publisher. */
  readonly #hearers = new Map<ActorId, Set<Subscription>>()
  readonly #fars = new Map<ActorId, FarPublisher>()
  readonly #bindings = new WeakMap<ActorFacts, Binding>()
  #made = 0

  constructor(core: Core, links: ReportLinks, visible: (wanted: Wanted) => Iterable<ActorFacts>) {
    this.#core = core
    this.#links = links
    this.#visible = visible
  }

  /**
   * Publishes a value for whoever subscribed, and keeps it for `lifetimeMs`; 0 forgets an older one.
   *
   * @throws UnsendableError
   */
  publish(by: Cell, subject: string, value: unknown, given: number | undefined): void {
    const rule = ruleFor(by, subject, 'publish()')
    if (this.#core.options.validate === 'always') checkReport(rule, subject, value, 'publish()')
    const lifetimeMs = given ?? rule.lifetimeMs
    const cell = by.publishesAs ?? by
    if (!cell.far) return this.#publish(cell, subject, value, lifetimeMs)
    this.#links.note(cell.thread, { kind: 'publish', cell: cell.cell, subject, value, lifetimeMs })
  }

  #publish(cell: Cell, subject: string, value: unknown, lifetimeMs: number): void {
    const publisher = this.#publishers.get(cell.number)
    const heard = publisher === undefined ? [] : publisher.matching(subject)
    if (heard.length === 0 && lifetimeMs <= 0) {
      if (!isPrimitive(value)) checkValue(value, this.#core.values, 'value')
      publisher?.retained.forget(subject)
      return
    }
    const snapshot = isPrimitive(value) ? value : isolate(this.#core, this.#core.root, true, value, 'value')
    this.#retain(cell, subject, snapshot, lifetimeMs)
    this.#spread(factsOfCell(this.#core, cell), subject, snapshot, heard)
  }

  /** Sends a value to one agent that has subscribed to `cell`; false when it has not. */
  sendTo(cell: Cell, agentId: string, subject: string, value: unknown): boolean {
    checkSubject(subject, 'sendReport()')
    const interests = this.#publishers.get(cell.number)?.of(agentId) ?? []
    if (interests.length === 0) return false
    const snapshot = isPrimitive(value) ? value : isolate(this.#core, this.#core.root, true, value, 'value')
    const matching = interests.filter(({ pattern }) => matchSubject(pattern, subject))
    const facts = factsOfCell(this.#core, cell)
    const publisher = this.#bindingOf(facts)
    for (const interest of matching) this.#direct(interest, { publisher, subject, value: snapshot, kind: 'published' })
    if (matching.length === 0) this.#direct(interests[0] as Interest, { publisher, subject, value: snapshot, kind: 'unmatched' })
    return true
  }

  expire(cell: Cell, pattern: string, ageMs: number): number {
    checkPattern(pattern, 'expireReports()')
    return this.#publishers.get(cell.number)?.expire(pattern, ageMs, this.#core.world.clock.now()) ?? 0
  }

  /** The publisher that a cell is, made when it is first needed. */
  publisher(cell: Cell): Publisher {
    const known = this.#publishers.get(cell.number)
    if (known !== undefined) return known
    const made = new Publisher()
    this.#publishers.set(cell.number, made)
    cell.goneListeners ??= new Set()
    cell.goneListeners.add(() => this.#publishers.delete(cell.number))
    return made
  }

  /** Subscribes for an actor of this thread to those that are visible now and to those that will be. */
  subscribe(life: Life, order: SubscribeOrder): Subscription {
    checkPattern(order.pattern, 'subscribe()')
    const subscription = new Subscription(++this.#made, life, order.wanted, order.pattern)
    subscription.feed = new Feed<Report>(this.#core, life, {
      ...order,
      keyOf: ({ publisher, subject }) => `${publisher.id} ${subject}`,
      show: (report, missed) => this.#show(subscription, report, missed),
      onClose: () => this.#end(subscription),
    })
    this.#subscriptions.set(subscription.number, subscription)
    this.#wishes.add(subscription)
    for (const facts of [...this.#visible(order.wanted), ...this.#unregistered(order.wanted)]) this.#attach(subscription, facts)
    subscription.begun()
    if (order.signal?.aborted === true) subscription.feed.close()
    return subscription
  }

  watch(cell: Cell, watcher: (notice: SubscriptionNotice) => void): () => void {
    const publisher = this.publisher(cell)
    for (const { pattern, subscriber } of publisher.interests) watcher({ status: 'requested', pattern, subscriber })
    return publisher.watch(watcher)
  }

  /** A publisher has become visible, or has joined a group. */
  appeared(facts: ActorFacts): void {
    for (const subscription of this.#wishes.for(facts)) {
      if (!subscription.hears(facts.id) && fits(facts, subscription.wanted)) this.#attach(subscription, facts)
    }
  }

  /** One has left a group: who hears it only for that hears it no more. */
  left(facts: ActorFacts): void {
    for (const subscription of [...(this.#hearers.get(facts.id) ?? [])]) {
      if (fits(facts, subscription.wanted)) continue
      this.#withdraw(subscription, facts)
      subscription.gone(facts.id)
    }
  }

  /** One is not visible any more. */
  vanished({ id }: ActorFacts): void {
    const hearers = this.#hearers.get(id) ?? []
    this.#hearers.delete(id)
    this.#fars.delete(id)
    for (const subscription of hearers) subscription.gone(id)
  }

  /** A thread has ended: who subscribed there hears nothing any more, nor does anybody hear who published there. */
  lost(thread: ThreadKey): void {
    for (const publisher of this.#publishers.values()) publisher.removeThread(thread)
    for (const { facts } of [...this.#fars.values()]) if (facts.thread === thread) this.vanished(facts)
  }

  /** Takes in what another thread says. */
  receive(thread: ThreadKey, note: ReportNote): void {
    switch (note.kind) {
      case 'subscribe':
        return this.#subscribed(thread, note)
      case 'unsubscribe':
        return this.#publishers.get(note.cell)?.remove(thread, note.subscription)
      case 'subscribed':
        return this.#activate(note.subscription, note.publisher)
      case 'direct':
        return this.#received(note)
      case 'report':
        return this.#fanOut(note)
      case 'publish':
        return this.#publishFor(note)
    }
  }

  #retain(cell: Cell, subject: string, value: unknown, lifetimeMs: number): void {
    const nowMs = this.#core.world.clock.now()
    if (lifetimeMs <= 0) return this.#publishers.get(cell.number)?.retained.forget(subject)
    const kept = this.publisher(cell).retained.keep({ subject, value, publishedMs: nowMs, expiresMs: nowMs + lifetimeMs })
    if (!kept) this.#core.world.log.warn(`${cell.name || cell.id} retains too many reports; "${subject}" is not kept`)
  }

  /** One copy to each other thread, one delivery to each subscription here. */
  #spread(publisher: ActorFacts, subject: string, value: unknown, heard: readonly Matched<Interest>[]): void {
    const threads = new Set<ThreadKey>()
    let parcel: [Report] | null = null
    for (const { entry } of heard) {
      if (entry.here === null) {
        threads.add(entry.thread)
        continue
      }
      parcel ??= [{ publisher: this.#bindingOf(publisher), subject, value, kind: 'published' }]
      entry.here.push(parcel)
    }
    for (const thread of threads) this.#links.note(thread, { kind: 'report', publisher: publisher.id, subject, value })
  }

  #direct({ thread, subscription, here }: Interest, report: Report): void {
    if (here !== null) return here.push([report])
    const { publisher, subject, value, kind } = report
    this.#links.note(thread, { kind: 'direct', as: kind, subscription, publisher: publisher.id as ActorId, subject, value })
  }

  /** One very actor can be heard though it is registered nowhere. */
  #unregistered({ id }: Wanted): readonly ActorFacts[] {
    if (id === undefined || !this.#isUnknown(id)) return []
    const target = this.#core.knownActor(id)
    if (target === undefined) return []
    watchTarget(this.#core, target, () => this.vanished(factsOfTarget(this.#core, target)))
    return [factsOfTarget(this.#core, target)]
  }

  #isUnknown(id: string): boolean {
    for (const _ of this.#visible({ id })) return false
    return true
  }

  #attach(subscription: Subscription, facts: ActorFacts): void {
    subscription.asked(facts)
    const hearers = this.#hearers.get(facts.id) ?? new Set()
    this.#hearers.set(facts.id, hearers.add(subscription))
    const subscriber = factsOfCell(this.#core, this.#identity(subscription.life.cell))
    const { number, pattern } = subscription
    if (facts.thread !== this.#core.options.thread) {
      if (!this.#fars.has(facts.id)) this.#fars.set(facts.id, { facts, index: new SubjectIndex() })
      return this.#links.note(facts.thread, { kind: 'subscribe', cell: facts.cell, subscription: number, pattern, subscriber })
    }
    const cell = this.#core.cells.get(facts.cell)
    if (cell === undefined) return subscription.gone(facts.id)
    const interest: Interest = { subscription: number, thread: facts.thread, pattern, subscriber, here: subscription.feed }
    this.#begin(cell, interest)
    subscription.activate(facts.id)
  }

  #withdraw(subscription: Subscription, facts: ActorFacts): void {
    const { number, pattern } = subscription
    const { thread } = this.#core.options
    const hearers = this.#hearers.get(facts.id)
    hearers?.delete(subscription)
    if (hearers?.size === 0) this.#hearers.delete(facts.id)
    if (facts.thread === thread) return this.#publishers.get(facts.cell)?.remove(thread, number)
    this.#fars.get(facts.id)?.index.remove(pattern, subscription)
    if (hearers?.size === 0) this.#fars.delete(facts.id)
    this.#links.note(facts.thread, { kind: 'unsubscribe', cell: facts.cell, subscription: number })
  }

  #end(subscription: Subscription): void {
    for (const facts of subscription.publishers) this.#withdraw(subscription, facts)
    this.#subscriptions.delete(subscription.number)
    this.#wishes.remove(subscription)
    subscription.end()
  }

  /** Light actors and the system itself subscribe as the system's own actor. */
  #identity(cell: Cell): Cell {
    return cell.spec.definition.light ? this.#core.root : cell
  }

  /** What is retained goes first, in the order in which it was published. */
  #begin(cell: Cell, interest: Interest): void {
    const own = this.publisher(cell)
    const publisher = this.#bindingOf(factsOfCell(this.#core, cell))
    const { pattern } = interest
    for (const { subject, value } of own.retained.alive((one) => matchSubject(pattern, one), this.#core.world.clock.now())) {
      this.#direct(interest, { publisher, subject, value, kind: 'retained' })
    }
    own.add(interest)
  }

  #subscribed(thread: ThreadKey, note: Extract<ReportNote, { kind: 'subscribe' }>): void {
    const cell = this.#core.cells.get(note.cell)
    if (cell === undefined) return
    const { subscription, pattern, subscriber } = note
    this.#begin(cell, { subscription, thread, pattern, subscriber, here: null })
    this.#links.note(thread, { kind: 'subscribed', subscription, publisher: cell.id })
  }

  /** Only from here on it hears what its publisher publishes for all: what came before it was retained for it or not meant for it. */
  #activate(number: number, publisher: ActorId): void {
    const subscription = this.#subscriptions.get(number)
    if (subscription?.activate(publisher) === true) this.#fars.get(publisher)?.index.add(subscription.pattern, subscription)
  }

  #received({ subscription: number, publisher, subject, value, as }: Extract<ReportNote, { kind: 'direct' }>): void {
    const subscription = this.#subscriptions.get(number)
    const far = this.#fars.get(publisher)
    if (subscription?.hears(publisher) !== true || far === undefined) return
    subscription.feed.push([{ publisher: this.#bindingOf(far.facts), subject, value, kind: as }])
  }

  #fanOut({ publisher, subject, value }: Extract<ReportNote, { kind: 'report' }>): void {
    const far = this.#fars.get(publisher)
    if (far === undefined) return
    const parcel: [Report] = [{ publisher: this.#bindingOf(far.facts), subject, value, kind: 'published' }]
    for (const { entry } of far.index.matches(subject)) entry.feed.push(parcel)
  }

  #publishFor({ cell: number, subject, value, lifetimeMs }: Extract<ReportNote, { kind: 'publish' }>): void {
    const cell = this.#core.cells.get(number)
    if (cell !== undefined) this.#publish(cell, subject, value, lifetimeMs)
  }

  /** What a listener gets: a copy of its own. */
  #show({ life, pattern }: Subscription, { publisher, subject, value, kind }: Report, missed: number): unknown {
    const content = isPrimitive(value) ? value : isolate(this.#core, life.cell, true, value, 'content')
    return { publisher, subject, pattern: kind === 'unmatched' ? '' : pattern, content, retained: kind === 'retained', missed }
  }

  #bindingOf(facts: ActorFacts): Binding {
    const known = this.#bindings.get(facts) ?? new Binding(facts)
    this.#bindings.set(facts, known)
    return known
  }
}
