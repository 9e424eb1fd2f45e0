import type { ActorFacts } from '../../actors/kernel/binding.js'
import type { Cell, Life } from '../../actors/kernel/cell.js'
import type { Core } from '../../actors/kernel/core.js'
import type { Reporting, Subscribed, SubscribeOrder, SubscriptionNotice } from '../../actors/kernel/ports.js'
import type { Wanted } from '../../actors/kernel/visibility.js'
import type { ActorId, ThreadKey } from '../../base/ids.js'
import type { FarReport, ReportLinks, ReportNote } from './notes.js'
import { Publications } from './publications.js'
import { Subscriptions } from './subscriptions.js'

/**
 * The reports of one thread: what its actors publish, and what they have subscribed to here and on other threads.
 *
 * - **Ordering**: the reports of one publisher reach a subscription in the order in which they were published, in order with
 *   the messages that its thread sends; what was retained comes before anything newer.
 */
export class Reports implements Reporting {
  readonly #core: Core
  readonly #links: ReportLinks
  readonly #publications: Publications
  readonly #subscriptions: Subscriptions

  constructor(core: Core, links: ReportLinks, visible: (wanted: Wanted) => Iterable<ActorFacts>) {
    this.#core = core
    this.#links = links
    this.#publications = new Publications(core, links)
    this.#subscriptions = new Subscriptions({ core, links, visible, publications: this.#publications })
  }

  /** How much it keeps, for whoever looks for leaks. */
  get sizes(): Readonly<Record<'subscriptions' | 'publishers', number>> {
    return { subscriptions: this.#subscriptions.size, publishers: this.#publications.size }
  }

  publish(cell: Cell, subject: string, value: unknown, lifetimeMs: number | undefined): void {
    this.#publications.publish(cell, subject, value, lifetimeMs)
  }

  sendTo(cell: Cell, agentId: string, subject: string, value: unknown): boolean {
    return this.#publications.sendTo(cell, agentId, subject, value)
  }

  expire(cell: Cell, pattern: string, ageMs: number): number {
    return this.#publications.expire(cell, pattern, ageMs)
  }

  watch(cell: Cell, watcher: (notice: SubscriptionNotice) => void): () => void {
    return this.#publications.watch(cell, watcher)
  }

  subscribe(life: Life, order: SubscribeOrder): Subscribed {
    return this.#subscriptions.subscribe(life, order)
  }

  /** A publisher has become visible, or has joined a group. */
  appeared(facts: ActorFacts): void {
    this.#subscriptions.appeared(facts)
  }

  /** One has left a group. */
  left(facts: ActorFacts): void {
    this.#subscriptions.left(facts)
  }

  /** One is not visible any more. */
  vanished(facts: ActorFacts): void {
    this.#subscriptions.vanished(facts)
  }

  /** A thread has ended: who subscribed there hears nothing any more, nor does anybody hear who published there. */
  lost(thread: ThreadKey): void {
    this.#publications.lostThread(thread)
    this.#subscriptions.lost(thread)
  }

  /** Takes in what somebody on another thread publishes. */
  heard(report: FarReport): void {
    this.#subscriptions.fanOut(report)
  }

  /** There is room again on the way to a thread. */
  room(thread: ThreadKey): void {
    this.#publications.room(thread)
  }

  /** Of whom a subscription of this thread was asked under a number. */
  publisherOf(subscription: number): ActorId | undefined {
    return this.#subscriptions.publisherOf(subscription)
  }

  /** Takes in what another thread says. */
  receive(thread: ThreadKey, note: ReportNote): void {
    switch (note.kind) {
      case 'subscribe':
        return this.#subscribed(thread, note)
      case 'unsubscribe':
        return this.#publications.withdraw(note.cell, thread, note.subscription)
      case 'subscribed':
        return this.#subscriptions.activate(note.subscription)
      case 'refused':
        return this.#subscriptions.refused(note.subscription)
      case 'direct':
        return this.#subscriptions.received(note)
      case 'missed':
        return this.#subscriptions.missed(note.subscription, note.count)
      case 'publish':
        return this.#publishFor(note)
    }
  }

  /** Tells a thread that what it asked for is not taken. */
  refuse(thread: ThreadKey, subscription: number): void {
    this.#links.note(thread, { kind: 'refused', subscription })
  }

  #subscribed(thread: ThreadKey, note: Extract<ReportNote, { kind: 'subscribe' }>): void {
    const cell = this.#core.cells.get(note.cell)
    if (cell === undefined) return
    const { subscription, pattern, subscriber } = note
    this.#publications.begin(cell, { subscription, thread, pattern, subscriber, here: null, missed: 0 })
    this.#links.note(thread, { kind: 'subscribed', subscription })
  }

  #publishFor({ cell: number, subject, value, lifetimeMs, missed }: Extract<ReportNote, { kind: 'publish' }>): void {
    const cell = this.#core.cells.get(number)
    if (cell === undefined) return
    if (missed > 0) this.#publications.lost(cell, subject, missed)
    this.#publications.publishFor(cell, subject, value, lifetimeMs)
  }
}
