import { factsOfCell } from '../../actors/facade/facts.js'
import type { ActorFacts } from '../../actors/kernel/binding.js'
import type { Cell } from '../../actors/kernel/cell.js'
import type { Core } from '../../actors/kernel/core.js'
import type { Report, SubscriptionNotice } from '../../actors/kernel/ports.js'
import type { FarActor } from '../../actors/kernel/target.js'
import { isolateForMany, isPrimitive } from '../../actors/turns/sending.js'
import type { ThreadKey } from '../../base/ids.js'
import { checkValue } from '../../codec/check.js'
import { UnsendableError } from '../../codec/errors.js'
import type { Matched } from '../pattern-group.js'
import { checkPattern, checkSubject, matchSubject } from '../subject.js'
import { bindingFor } from './bindings.js'
import type { ReportLinks } from './notes.js'
import { type HeldReport, PoolBacklog, type WorkerReport } from './pool-backlog.js'
import { type Interest, Publisher } from './publisher.js'
import { checkValue as checkReport, ruleFor } from './report-rules.js'

/**
 * What the actors of one thread publish, and who hears it.
 *
 * - **Cost**: a report leaves its thread once for each thread with a subscription that matches.
 */
export class Publications {
  readonly #core: Core
  readonly #links: ReportLinks
  readonly #publishers = new Map<number, Publisher>()
  /** Those that have been told that they retain too much. */
  readonly #warned = new WeakSet<Publisher>()
  /** Those on other threads that have missed reports and do not know it yet. */
  readonly #behind = new Set<Interest>()
  readonly #backlog = new PoolBacklog()

  constructor(core: Core, links: ReportLinks) {
    this.#core = core
    this.#links = links
  }

  /** Actors that publish, retain or are heard. */
  get size(): number {
    return this.#publishers.size
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
    if (!cell.far) return this.publishFor(cell, subject, value, lifetimeMs)
    this.#publishThere(cell, { subject, value, lifetimeMs })
  }

  /** A pool on another thread publishes what its worker does here. */
  #publishThere({ thread, cell }: FarActor, report: WorkerReport): void {
    const { value } = report
    if (!this.#links.isFull(thread)) {
      if (!isPrimitive(value)) checkValue(value, this.#core.spread, 'value')
      return this.#links.note(thread, { kind: 'publish', cell, missed: 0, ...report })
    }
    const snapshot = isPrimitive(value) ? value : isolateForMany(this.#core, value, 'value')
    const given = this.#backlog.hold(thread, cell, { ...report, value: snapshot })
    if (given !== undefined) this.#core.counters.shed('link-full', given.missed + 1)
  }

  /** Reports of a subject found no room on their way from a worker to its pool here. */
  lost(cell: Cell, subject: string, count: number): void {
    for (const { entry } of this.#publishers.get(cell.number)?.matching(subject) ?? []) {
      if (entry.here !== null) entry.here.miss(count)
      else this.#miss(entry, count)
    }
  }

  /** Publishes for a cell what was checked where it was made. */
  publishFor(cell: Cell, subject: string, value: unknown, lifetimeMs: number): void {
    const publisher = this.#publishers.get(cell.number)
    const heard = publisher === undefined ? [] : publisher.matching(subject)
    if (heard.length === 0 && lifetimeMs <= 0) {
      if (!isPrimitive(value)) checkValue(value, this.#core.spread, 'value')
      publisher?.retained.forget(subject)
      return
    }
    const snapshot = isPrimitive(value) ? value : isolateForMany(this.#core, value, 'value')
    this.#retain(cell, subject, snapshot, lifetimeMs)
    this.#spread(factsOfCell(this.#core, cell), subject, snapshot, heard)
  }

  /** Sends a value to one agent that has subscribed to `cell`; false when it has not. */
  sendTo(cell: Cell, agentId: string, subject: string, value: unknown): boolean {
    checkSubject(subject, 'sendReport()')
    const interests = this.#publishers.get(cell.number)?.of(agentId) ?? []
    if (interests.length === 0) return false
    const snapshot = isPrimitive(value) ? value : isolateForMany(this.#core, value, 'value')
    const matching = interests.filter(({ pattern }) => matchSubject(pattern, subject))
    const facts = factsOfCell(this.#core, cell)
    const publisher = bindingFor(facts)
    for (const interest of matching) this.#direct(interest, { publisher, subject, value: snapshot, kind: 'published' })
    if (matching.length === 0) this.#direct(interests[0] as Interest, { publisher, subject, value: snapshot, kind: 'unmatched' })
    return true
  }

  expire(cell: Cell, pattern: string, ageMs: number): number {
    checkPattern(pattern, 'expireReports()')
    return this.#publishers.get(cell.number)?.expire(pattern, ageMs, this.#core.world.clock.now()) ?? 0
  }

  /** The publisher that a cell is, made when it is first needed. */
  #publisher(cell: Cell): Publisher {
    const known = this.#publishers.get(cell.number)
    if (known !== undefined) return known
    const made = new Publisher()
    this.#publishers.set(cell.number, made)
    cell.goneListeners ??= new Set()
    cell.goneListeners.add(() => this.#publishers.delete(cell.number))
    return made
  }

  watch(cell: Cell, watcher: (notice: SubscriptionNotice) => void): () => void {
    const publisher = this.#publisher(cell)
    for (const { pattern, subscriber } of publisher.interests) watcher({ status: 'requested', pattern, subscriber })
    return publisher.watch(watcher)
  }

  /** Somebody subscribes. What is retained goes first, in the order in which it was published. */
  begin(cell: Cell, interest: Interest): void {
    const own = this.#publisher(cell)
    if (own.retained.size > 0) this.#giveRetained(own, cell, interest)
    own.add(interest)
  }

  #giveRetained({ retained }: Publisher, cell: Cell, interest: Interest): void {
    const publisher = bindingFor(factsOfCell(this.#core, cell))
    const { pattern } = interest
    for (const { subject, value } of retained.alive((one) => matchSubject(pattern, one), this.#core.world.clock.now())) {
      this.#replay(interest, { publisher, subject, value, kind: 'retained' })
    }
  }

  /** What cannot go where the subscriber is has been missed. */
  #replay(interest: Interest, report: Report): void {
    try {
      this.#direct(interest, report)
    } catch (error) {
      if (!(error instanceof UnsendableError)) throw error
      this.#miss(interest)
    }
  }

  /** `thread` is that of the subscriber, `null` for this one. */
  withdraw(cell: number, thread: ThreadKey | null, subscription: number): void {
    this.#publishers.get(cell)?.remove(thread, subscription)
  }

  /** There is room again on the way to a thread: before anything newer it learns what was missed. */
  room(thread: ThreadKey): void {
    for (const interest of this.#behind) {
      if (interest.thread === thread) this.#tellMissed(interest)
    }
    for (const held of this.#backlog.take(thread)) this.#publishHeld(thread, held)
  }

  #publishHeld(thread: ThreadKey, held: HeldReport): void {
    try {
      this.#links.note(thread, { kind: 'publish', ...held })
    } catch (error) {
      if (!(error instanceof UnsendableError)) throw error
      this.#core.counters.shed('undecodable', held.missed + 1)
    }
  }

  #tellMissed(interest: Interest): void {
    const { thread, subscription, missed: count } = interest
    this.#behind.delete(interest)
    this.#links.note(thread, { kind: 'missed', subscription, count })
    interest.missed = 0
  }

  /** A thread has ended, and with it who subscribed there. */
  lostThread(thread: ThreadKey): void {
    this.#backlog.take(thread)
    for (const publisher of this.#publishers.values()) publisher.removeThread(thread)
    for (const interest of this.#behind) if (interest.thread === thread) this.#behind.delete(interest)
  }

  #retain(cell: Cell, subject: string, value: unknown, lifetimeMs: number): void {
    const nowMs = this.#core.world.clock.now()
    if (lifetimeMs <= 0) return this.#publishers.get(cell.number)?.retained.forget(subject)
    const publisher = this.#publisher(cell)
    const kept = publisher.retained.keep({ subject, value, publishedMs: nowMs, expiresMs: nowMs + lifetimeMs })
    if (kept || this.#warned.has(publisher)) return
    this.#warned.add(publisher)
    const name = cell.name || cell.id
    this.#core.world.log.warn(`${name} retains too many reports; "${subject}" is not kept, nor are others for which there is no room`)
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
      parcel ??= [{ publisher: bindingFor(publisher), subject, value, kind: 'published' }]
      entry.here.push(parcel)
    }
    if (threads.size === 0) return
    const without = this.#links.spread({ publisher: publisher.id, subject, value }, threads)
    if (without.length > 0) for (const { entry } of heard) if (without.includes(entry.thread)) this.#miss(entry)
  }

  /** Nobody waits for room: who has missed something is told how much as soon as there is some. */
  #miss(interest: Interest, count = 1): void {
    interest.missed += count
    if (this.#links.isFull(interest.thread)) this.#behind.add(interest)
    else this.#tellMissed(interest)
  }

  #direct(interest: Interest, report: Report): void {
    const { thread, subscription, here } = interest
    if (here !== null) return here.push([report])
    if (this.#links.isFull(thread)) return this.#miss(interest)
    const { subject, value, kind } = report
    this.#links.note(thread, { kind: 'direct', as: kind, subscription, subject, value })
  }
}
