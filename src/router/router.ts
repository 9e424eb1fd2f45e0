import { factsOfCell } from '../actors/facade/facts.js'
import { targetOf } from '../actors/facade/references.js'
import type { ActorFacts, Reason } from '../actors/kernel/binding.js'
import type { Cell } from '../actors/kernel/cell.js'
import type { Core } from '../actors/kernel/core.js'
import type { Directory, Target } from '../actors/kernel/ports.js'
import { FarActor } from '../actors/kernel/target.js'
import type { Notice, Observer, Wanted } from '../actors/kernel/visibility.js'
import { type ActorId, isAbroad, type ThreadKey } from '../base/ids.js'
import type { Change, Replication, Snapshot, Unnumbered } from './change-log.js'
import { concerns, endingsOf, noticesOf, Observers } from './observers.js'
import { Registry } from './registry.js'
import type { ReportLinks } from './reports/notes.js'
import { Reports } from './reports/reports.js'
import { Waiters } from './waiters.js'

/** What a router asks of the threads. */
export interface RouterLinks extends Replication, ReportLinks {}

/**
 * The registry of one thread: writes the log of what the thread hosts, keeps a replica of every other thread's.
 *
 * - **Ordering**: a change is on its way to a peer before anything that its thread sends that peer afterwards. Observers hear of
 *   changes in the order in which this thread learns of them.
 */
export class Router implements Directory {
  readonly reports: Reports
  readonly #core: Core
  readonly #links: RouterLinks
  readonly #registry = new Registry()
  readonly #observers = new Observers()
  readonly #waiters = new Waiters()
  /** How far the log of each thread has been followed. */
  readonly #versions = new Map<ThreadKey, number>()
  #version = 0
  /** What is known of other processes is written here. */
  #writesAbroad = false

  constructor(core: Core, links: RouterLinks) {
    this.#core = core
    this.#links = links
    this.reports = new Reports(core, links, (wanted) => this.#registry.all(wanted))
  }

  /** Number of the last change of this thread. */
  get version(): number {
    return this.#version
  }

  /** How much it keeps, for whoever looks for leaks. */
  get sizes(): Readonly<Record<'services' | 'observers' | 'waiters' | 'subscriptions' | 'publishers', number>> {
    const { subscriptions, publishers } = this.reports.sizes
    return { services: this.#registry.size, observers: this.#observers.size, waiters: this.#waiters.size, subscriptions, publishers }
  }

  announce(cell: Cell): void {
    const facts = factsOfCell(this.#core, cell)
    if (this.#registry.byId(facts.id) !== undefined) return
    this.#write({ kind: 'available', facts })
  }

  withdraw(cell: Cell, reason: Reason): void {
    if (this.#registry.byId(cell.id) !== undefined) this.#write({ kind: 'withdrawn', id: cell.id, reason })
  }

  join(cell: Cell, group: string): void {
    if (this.#registry.byId(cell.id) !== undefined) this.#write({ kind: 'joined', id: cell.id, group })
  }

  leave(cell: Cell, group: string): void {
    if (this.#registry.byId(cell.id) !== undefined) this.#write({ kind: 'left', id: cell.id, group })
  }

  find(wanted: Wanted): Target | undefined {
    const facts = this.#registry.first(wanted)
    return facts === undefined ? undefined : targetOf(this.#core, facts)
  }

  findAll(wanted: Wanted): readonly Target[] {
    return [...this.#registry.all(wanted)].map((facts) => targetOf(this.#core, facts))
  }

  factsOfAll(wanted: Wanted): readonly ActorFacts[] {
    return [...this.#registry.all(wanted)]
  }

  onVisible(wanted: Wanted, listener: (target: Target) => void): () => void {
    return this.#waiters.add(wanted, listener)
  }

  /** Tells an observer what is visible now, then every change; returns how to stop. */
  observe(observer: Observer): () => void {
    const { name, address, group } = observer.interest
    for (const facts of [...this.#registry.all({ name, address, group })]) {
      for (const notice of noticesOf(facts)) if (concerns(observer.interest, notice)) observer.notify(notice)
    }
    return this.#observers.add(observer)
  }

  /** What this thread hosts, for a new peer. */
  snapshot(): Snapshot {
    const { thread } = this.#core.options
    return { version: this.#version, services: this.#registry.ofThreads((one) => one === thread || (this.#writesAbroad && isAbroad(one))) }
  }

  /** What has become known of another process, which the thread of the exchange writes for all threads of this one. */
  learn(change: Unnumbered): void {
    this.#writesAbroad = true
    this.#write(change)
  }

  /** Takes in what a peer hosts; it comes before the peer's first change. */
  adopt(thread: ThreadKey, snapshot: Snapshot): void {
    for (const facts of snapshot.services) this.#appear(facts)
    this.#follow(thread, snapshot.version)
  }

  /** Takes in one change of a peer. */
  apply(thread: ThreadKey, change: Change): void {
    this.#take(change)
    this.#follow(thread, change.version)
  }

  /** Resolves when the replica of a thread has come to `version`, or the thread is gone. */
  reached(thread: ThreadKey, version: number): Promise<void> {
    if ((this.#versions.get(thread) ?? -1) >= version) return Promise.resolve()
    return new Promise((resolve) => this.#waiters.addVersion(thread, version, resolve))
  }

  /** A thread has died: what it held is withdrawn, the newest first, as behind a link that was lost (OSE-SEMANTICS 7). */
  lost(thread: ThreadKey, reason: Reason): void {
    for (const facts of [...this.#registry.ofThreads((one) => one === thread)].reverse()) this.#vanish(facts.id, reason, true)
    this.reports.lost(thread)
    this.#versions.delete(thread)
    this.#waiters.reached(thread, Number.POSITIVE_INFINITY)
  }

  /** Threads that were cut off can be talked with again, and what they host was not withdrawn: it is called and heard as before. */
  returned(isMeant: (thread: ThreadKey) => boolean): void {
    for (const facts of this.#registry.ofThreads(isMeant)) {
      if (this.#core.knownFar(facts.id) !== undefined) targetOf(this.#core, facts)
      this.reports.appeared(facts)
    }
  }

  /** A change of what this thread hosts: others hear of it first, then those who observe here. */
  #write(unnumbered: Unnumbered): void {
    const change = { ...unnumbered, version: ++this.#version } as Change
    this.#links.publish(change)
    this.#take(change)
  }

  #take(change: Change): void {
    switch (change.kind) {
      case 'available':
        return this.#appear(change.facts)
      case 'withdrawn':
        return this.#vanish(change.id, change.reason)
      case 'joined':
        return this.#joined(change.id, change.group)
      case 'left':
        return this.#left(change.id, change.group)
    }
  }

  #appear(facts: ActorFacts): void {
    const known = this.#registry.byId(facts.id)
    // Its new thread may be heard of before the end of the old one.
    if (known !== undefined && known.thread !== facts.thread) this.#vanish(facts.id, 'crashed', true)
    if (!this.#registry.add(facts)) return
    this.#core.fars.announced(facts)
    if (this.#core.knownFar(facts.id) !== undefined) targetOf(this.#core, facts)
    this.#tell(noticesOf(facts))
    this.reports.appeared(facts)
    this.#waiters.available(facts, () => targetOf(this.#core, facts))
  }

  /** Of those that went with their thread, the threads say whether they are gone for good. */
  #vanish(id: ActorId, reason: Reason, withThread = false): void {
    const facts = this.#registry.remove(id)
    if (facts === undefined) return
    this.#tell(endingsOf(facts, reason))
    this.reports.vanished(facts)
    if (withThread) return
    const target = targetOf(this.#core, facts)
    if (target instanceof FarActor) target.markGone(reason)
  }

  #joined(id: ActorId, group: string): void {
    const facts = this.#registry.join(id, group)
    if (facts === undefined) return
    const target = this.#regrouped(facts)
    this.#observers.tell({ kind: 'group', status: 'available', group, facts, reason: undefined })
    this.reports.appeared(facts)
    this.#waiters.available(facts, () => target)
  }

  #left(id: ActorId, group: string): void {
    const facts = this.#registry.leave(id, group)
    if (facts === undefined) return
    this.#regrouped(facts)
    this.#observers.tell({ kind: 'group', status: 'withdrawn', group, facts, reason: undefined })
    this.reports.left(facts)
  }

  #regrouped(facts: ActorFacts): Target {
    const target = targetOf(this.#core, facts)
    if (target.far) target.groups = facts.groups
    return target
  }

  #tell(notices: Iterable<Notice>): void {
    for (const notice of notices) this.#observers.tell(notice)
  }

  #follow(thread: ThreadKey, version: number): void {
    this.#versions.set(thread, version)
    this.#waiters.reached(thread, version)
  }
}
