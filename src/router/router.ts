import { factsOfCell } from '../actors/facade/facts.js'
import { targetOf } from '../actors/facade/references.js'
import type { ActorFacts, Reason } from '../actors/kernel/binding.js'
import type { Cell } from '../actors/kernel/cell.js'
import type { Core } from '../actors/kernel/core.js'
import type { Directory, Target } from '../actors/kernel/ports.js'
import { FarActor } from '../actors/kernel/target.js'
import type { ThreadKey } from '../base/ids.js'
import type { Change, Replication, Snapshot } from './change-log.js'
import { Registry } from './registry.js'
import { Waiters } from './waiters.js'

/**
 * The registry of one thread: writes the log of what the thread hosts, keeps a replica of every other thread's.
 *
 * - **Ordering**: a change is on its way to a peer before anything that its thread sends that peer afterwards.
 */
export class Router implements Directory {
  readonly #core: Core
  readonly #replication: Replication
  readonly #registry = new Registry()
  readonly #waiters = new Waiters()
  /** How far the log of each thread has been followed. */
  readonly #versions = new Map<ThreadKey, number>()
  #version = 0

  constructor(core: Core, replication: Replication) {
    this.#core = core
    this.#replication = replication
  }

  /** Number of the last change of this thread. */
  get version(): number {
    return this.#version
  }

  announce(cell: Cell): void {
    const facts = factsOfCell(this.#core, cell)
    if (!this.#registry.add(facts)) return
    this.#replication.publish({ kind: 'available', version: ++this.#version, facts })
    this.#waiters.available(facts, () => cell)
  }

  withdraw(cell: Cell, reason: Reason): void {
    if (this.#registry.remove(cell.id) === undefined) return
    this.#replication.publish({ kind: 'withdrawn', version: ++this.#version, id: cell.id, reason })
  }

  find(name: string): Target | undefined {
    return this.#target(this.#registry.first(name))
  }

  findById(id: string): Target | undefined {
    return this.#target(this.#registry.byId(id))
  }

  onVisible(wanted: { readonly name: string; readonly id: string | undefined }, listener: (target: Target) => void): () => void {
    return this.#waiters.add(wanted, listener)
  }

  /** What this thread hosts, for a new peer. */
  snapshot(): Snapshot {
    return { version: this.#version, services: this.#registry.ofThread(this.#core.options.thread) }
  }

  /** Takes in what a peer hosts; it comes before the peer's first change. */
  adopt(thread: ThreadKey, snapshot: Snapshot): void {
    for (const facts of snapshot.services) this.#appear(facts)
    this.#follow(thread, snapshot.version)
  }

  /** Takes in one change of a peer. */
  apply(thread: ThreadKey, change: Change): void {
    if (change.kind === 'available') this.#appear(change.facts)
    else this.#vanish(change.id, change.reason)
    this.#follow(thread, change.version)
  }

  /** Resolves when the replica of a thread has come to `version`, or the thread is gone. */
  reached(thread: ThreadKey, version: number): Promise<void> {
    if ((this.#versions.get(thread) ?? -1) >= version) return Promise.resolve()
    return new Promise((resolve) => this.#waiters.addVersion(thread, version, resolve))
  }

  /** A thread has died: what it held is withdrawn. */
  lost(thread: ThreadKey, reason: Reason): void {
    for (const facts of this.#registry.ofThread(thread)) this.#vanish(facts.id, reason)
    this.#versions.delete(thread)
    this.#waiters.reached(thread, Number.POSITIVE_INFINITY)
  }

  #appear(facts: ActorFacts): void {
    if (this.#registry.add(facts)) this.#waiters.available(facts, () => targetOf(this.#core, facts))
  }

  #vanish(id: ActorFacts['id'], reason: Reason): void {
    const facts = this.#registry.remove(id)
    if (facts === undefined) return
    const target = targetOf(this.#core, facts)
    if (target instanceof FarActor) target.markGone(reason)
  }

  #follow(thread: ThreadKey, version: number): void {
    this.#versions.set(thread, version)
    this.#waiters.reached(thread, version)
  }

  #target(facts: ActorFacts | undefined): Target | undefined {
    return facts === undefined ? undefined : targetOf(this.#core, facts)
  }
}
