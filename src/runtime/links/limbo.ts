import type { Core } from '../../actors/kernel/core.js'
import type { Envelope } from '../../actors/kernel/message.js'
import type { FarActor } from '../../actors/kernel/target.js'
import type { Told } from '../../actors/remote-type.js'
import { lapsed, refuse } from '../../actors/turns/admission.js'
import { encodingFailure, nameOf, unavailable } from '../../actors/turns/failing.js'
import { holdArgs } from '../../actors/turns/sending.js'
import { MailboxFull, type ServiceFailure } from '../../base/failures.js'
import type { ThreadKey } from '../../base/ids.js'
import type { ReportNote } from '../../router/reports/notes.js'
import { FRAME } from './frames.js'
import type { Peer } from './peer.js'

/** A message, a wish to hear of an end, or what somebody asks of publishers there. */
type Kept = { readonly envelope: Envelope; readonly target: FarActor } | { readonly envelope: null; readonly tell: (peer: Peer) => void }

const MAX_KEPT = 10_000

/**
 * Messages to threads that this one has heard of, through a Remote that a third thread passed on, before it was connected
 * with them. They leave, in order, when it is. Bounded; calls in it end by their deadlines.
 */
export class Limbo {
  readonly #core: Core
  readonly #kept = new Map<ThreadKey, Kept[]>()
  readonly #awaited = new Map<ThreadKey, (() => void)[]>()

  constructor(core: Core) {
    this.#core = core
    core.whenClosed(() => this.#close())
  }

  keep(envelope: Envelope, target: FarActor): Told {
    const kept = this.#of(target.thread)
    if (kept.length >= MAX_KEPT) {
      const details = `too many messages wait for the thread of ${nameOf(target)} to be connected`
      return refuse(this.#core, envelope, { reason: 'link-full', failure: new MailboxFull({ details }), target })
    }
    envelope.args = holdArgs(this.#core, envelope.args)
    kept.push({ envelope, target })
    return 'accepted'
  }

  watch(target: FarActor): void {
    const kept = this.#of(target.thread)
    if (kept.length >= MAX_KEPT) target.markGone('unreachable')
    else kept.push({ envelope: null, tell: (peer) => peer.watch(target) })
  }

  /** What subscribes there, or does so no more. */
  note(thread: ThreadKey, note: ReportNote): void {
    const kept = this.#of(thread)
    if (kept.length < MAX_KEPT) kept.push({ envelope: null, tell: (peer) => peer.record(FRAME.note, note) })
  }

  /** Resolves when a thread is connected, or when nothing is any more. */
  connection(thread: ThreadKey): Promise<void> {
    return new Promise((resolve) => {
      const awaited = this.#awaited.get(thread) ?? []
      this.#awaited.set(thread, awaited)
      awaited.push(resolve)
    })
  }

  connected(thread: ThreadKey, peer: Peer): void {
    const awaited = this.#awaited.get(thread) ?? []
    this.#awaited.delete(thread)
    for (const resolve of awaited) resolve()
    const kept = this.#kept.get(thread) ?? []
    this.#kept.delete(thread)
    for (const one of kept) {
      if (one.envelope === null) one.tell(peer)
      else this.#release(one.envelope, one.target, peer)
    }
  }

  #close(): void {
    for (const kept of this.#kept.values()) {
      for (const one of kept) {
        if (one.envelope === null) continue
        const { envelope, target } = one
        refuse(this.#core, envelope, { reason: 'unavailable', failure: unavailable(target), target })
      }
    }
    this.#kept.clear()
    for (const resolve of [...this.#awaited.values()].flat()) resolve()
    this.#awaited.clear()
  }

  #release(envelope: Envelope, target: FarActor, peer: Peer): void {
    if (envelope.call?.settled === true) return lapsed(this.#core, envelope, target)
    try {
      peer.send(envelope, target)
    } catch (error) {
      refuse(this.#core, envelope, { reason: 'undecodable', failure: encodingFailure(error) as ServiceFailure, target })
    }
  }

  #of(thread: ThreadKey): Kept[] {
    const kept = this.#kept.get(thread) ?? []
    this.#kept.set(thread, kept)
    return kept
  }
}
