import type { ActorFacts } from '../../actors/kernel/binding.js'
import type { Core } from '../../actors/kernel/core.js'
import type { FarActor } from '../../actors/kernel/target.js'
import type { ActorId, ThreadKey } from '../../base/ids.js'
import { FRAME } from '../links/frames.js'
import type { Peer } from '../links/peer.js'

/** Starts the children of this thread's actors again whose threads have ended. */
export interface Restarts {
  /** Whether it would start an actor again. */
  has(far: FarActor): boolean
  /** An actor is to be stopped: it is not started again. Resolves when it is certain not to live, even if it was being started. */
  giveUp(far: FarActor): Promise<void>
}

/** What is asked of the threads. */
export interface FatePort {
  readonly core: Core
  readonly peers: readonly Peer[]
  peer(thread: ThreadKey): Peer | undefined
  lives(thread: ThreadKey): boolean
}

const NOBODY: Restarts = { has: () => false, giveUp: () => Promise.resolve() }

/**
 * What becomes of actors whose thread has ended, as far as this thread knows of them: the thread of their supervisor decides, and tells
 * all others. Whoever comes to know of one later, by a Remote that was on its way or was kept, asks.
 */
export class Fates {
  /** Of this thread. */
  restarts = NOBODY
  readonly #port: FatePort

  constructor(port: FatePort) {
    this.#port = port
  }

  /** Its thread has ended; without a supervisor that lives it is gone. */
  lose(target: FarActor): void {
    const { supervisor } = target
    if (supervisor === null || !this.#port.lives(supervisor)) return target.markGone('crashed')
    if (supervisor === this.#own && !this.restarts.has(target)) return this.abandon(target)
    target.lose()
    this.inquire(target)
  }

  /** A thread has ended, with the actors on it, and with those whose fate it would have decided. */
  threadEnded(thread: ThreadKey): void {
    for (const far of this.#port.core.knownFars()) {
      if (far.thread === thread) this.lose(far)
      else if (far.lost && far.supervisor === thread) far.markGone('crashed')
    }
  }

  /** A thread can be asked from now on. */
  connected(thread: ThreadKey): void {
    for (const far of this.#port.core.knownFars()) if (far.lost && far.supervisor === thread) this.inquire(far)
  }

  inquire({ id, supervisor }: FarActor): void {
    if (supervisor !== null && supervisor !== this.#own) this.#port.peer(supervisor)?.record(FRAME.inquiry, id)
  }

  /** Another thread asks. Of one that is about to be started again it will be told as all others are. */
  inquired(id: ActorId, asker: ThreadKey): void {
    const known = this.#port.core.knownFar(id)
    const peer = this.#port.peer(asker)
    if (known?.gone === null) peer?.record(FRAME.moved, factsOf(known))
    else if (known?.lost !== true) peer?.record(FRAME.abandoned, id)
  }

  /** An actor that this thread has started again lives elsewhere now. */
  moved(target: FarActor): void {
    const facts = factsOf(target)
    for (const peer of this.#port.peers) peer.record(FRAME.moved, facts)
  }

  /** An actor that this thread would have started again is gone for good. */
  abandon(target: FarActor): void {
    target.markGone('crashed')
    for (const peer of this.#port.peers) peer.record(FRAME.abandoned, target.id)
  }

  get #own(): ThreadKey {
    return this.#port.core.options.thread
  }
}

function factsOf({ id, name, audience, groups, process, thread, cell, streams, supervisor }: FarActor): ActorFacts {
  return { id, name, audience, groups, process, thread, cell, streams, supervisor }
}
