import type { Core } from '../../actors/kernel/core.js'
import type { Mail } from '../../actors/kernel/ports.js'
import type { FarActor } from '../../actors/kernel/target.js'
import { nameOf } from '../../actors/turns/failing.js'
import { RequestRefused } from '../../base/failures.js'
import { abroadKey, abroadOf, isAbroad, type OpenPlace, type Place, slotOf, type ThreadKey } from '../../base/ids.js'
import type { Router } from '../../router/router.js'
import { Inbound } from '../links/inbound.js'
import { Peer } from '../links/peer.js'
import { PortLink } from '../links/port-link.js'
import { newWayMemory, WayCount } from '../links/way-count.js'
import { CutThreads } from './cut-threads.js'
import { type Exports, ForeignCustoms } from './foreign-customs.js'
import { MailPort } from './mail-port.js'

/** On their way to one thread of another process; a few such fit the queue of a link between processes. */
const MAX_BYTES = 4 * 2 ** 20

export interface ForeignPartsOptions {
  readonly core: Core
  readonly router: Router
  /** Takes mail to the exchange, wherever that is. */
  readonly post: (mail: Mail) => void
}

/** Of one process; a system has at most 256 that live. */
const MOST_THREADS = 1024

interface Foreign {
  readonly peer: Peer
  readonly inbound: Inbound
  readonly port: MailPort
}

/** Why an actor of another process is not stopped from here. */
export function stopsElsewhere(target: FarActor): RequestRefused {
  const details = `$.stop() of ${nameOf(target)}: it lives in another process, which alone may stop it; give it a method that does`
  return new RequestRefused({ details, delivered: 'no' })
}

/** The threads of other processes that one thread talks with. */
export class ForeignThreads {
  readonly #options: ForeignPartsOptions
  readonly #open = new Map<ThreadKey, Foreign>()
  /** The same by where they are. */
  readonly #byPlace = new Map<string, Set<ThreadKey>>()
  /** Processes that can be reached, each over one exchange group; by their ids. */
  readonly #reachable = new Map<string, OpenPlace>()
  #epoch = 0
  readonly #exports = new Map<string, Exports>()
  readonly #cut = new CutThreads()

  constructor(options: ForeignPartsOptions) {
    this.#options = options
  }

  /** Threads that this one talks with. */
  get size(): number {
    return this.#open.size
  }

  /** The processes that can be reached, for a thread that is new. */
  get reachable(): readonly OpenPlace[] {
    return [...this.#reachable.values()]
  }

  lives(thread: ThreadKey): boolean {
    const { process, group } = abroadOf(thread)
    return this.#reachable.get(process)?.group === group
  }

  peer(thread: ThreadKey): Peer | undefined {
    return (this.#open.get(thread) ?? this.#connect(thread))?.peer
  }

  /** Takes in what a thread of another process sends; what cannot be read ends the connection with it, and nothing else. */
  arrived(mail: Mail): void {
    const from = mail.to
    try {
      this.#take(from, mail)
    } catch (error) {
      this.#options.core.world.log.warn(`what thread ${slotOf(from)} of process ${abroadOf(from).process} sent could not be read`, {
        error,
      })
      this.ended(from)
    }
  }

  #take(from: ThreadKey, mail: Mail): void {
    const { port } = this.#open.get(from) ?? this.#connect(from) ?? {}
    // It knows nothing of what was lost, and is told when there is a way to it again.
    if (port === undefined) return this.#cut.add(placeOf(abroadOf(from)), from)
    const arrival = port.arrived(mail)
    if (arrival !== 'renewed' && arrival !== 'gap') return
    // Where nothing had come from here it would not notice that another epoch begins.
    if (arrival === 'gap') port.greet()
    port.cutOff()
    const next = this.#connect(from)?.port
    if (arrival === 'renewed') next?.arrived(mail)
    else next?.greet()
    this.#options.router.returned((thread) => thread === from)
  }

  /** A process can be reached from now on. Its threads that were cut off hear of it: they may not know, and what they asked for here is lost. */
  reach(place: OpenPlace): void {
    this.#reachable.set(place.process, place)
    const key = placeOf(place)
    const cut = this.#cut.take(key)
    if (cut.length === 0) return
    for (const thread of cut) if (!this.#open.has(thread)) this.#connect(thread)?.port.greet()
    this.#options.router.returned((thread) => isAbroad(thread) && placeOf(abroadOf(thread)) === key)
  }

  /** A process cannot be reached any more: what waited for it fails. */
  unreach(place: Place): void {
    if (this.#reachable.get(place.process)?.group === place.group) this.#reachable.delete(place.process)
    const key = placeOf(place)
    for (const thread of [...(this.#byPlace.get(key) ?? [])]) {
      this.#cut.add(key, thread)
      this.ended(thread)
    }
  }

  /** A thread over there has ended. */
  ended(thread: ThreadKey): void {
    this.#open.get(thread)?.port.cutOff()
  }

  flush(): void {
    for (const { peer } of this.#open.values()) peer.link.flush()
  }

  close(): void {
    for (const { peer } of this.#open.values()) peer.link.close()
    this.#open.clear()
    this.#byPlace.clear()
  }

  #connect(thread: ThreadKey): Foreign | undefined {
    const where = abroadOf(thread)
    const open = this.#byPlace.get(placeOf(where)) ?? new Set()
    const terms = this.#reachable.get(where.process)
    if (terms?.group !== where.group || open.size >= MOST_THREADS) return undefined
    const { core, router, post } = this.#options
    const { text } = core.world
    const port = new MailPort({ text, epoch: ++this.#epoch, post: (mail) => post({ ...mail, to: thread }) })
    const link = new PortLink(
      { port, text, apart: true, maxBytes: MAX_BYTES },
      {
        onFrame: (frame) => inbound.onFrame(frame),
        onRoom: () => {
          router.reports.room(thread)
          peer.onRoom()
        },
        onClosed: () => this.#lost(thread),
      },
    )
    const groupTo = (process: string): string | undefined => this.#reachable.get(process)?.group
    const customs = new ForeignCustoms(core, where, { exports: this.#exportsOver(where.group), terms, groupTo })
    const peer = new Peer(core, { thread, link, requests: new WayCount(newWayMemory()), customs })
    const inbound = new Inbound(core, router, peer, new WayCount(newWayMemory()))
    const foreign: Foreign = { peer, inbound, port }
    this.#open.set(thread, foreign)
    this.#byPlace.set(placeOf(where), open.add(thread))
    return foreign
  }

  #exportsOver(group: string): Exports {
    const exports = this.#exports.get(group) ?? new WeakSet()
    this.#exports.set(group, exports)
    return exports
  }

  #lost(thread: ThreadKey): void {
    const foreign = this.#open.get(thread)
    if (foreign === undefined) return
    this.#open.delete(thread)
    const place = placeOf(abroadOf(thread))
    this.#byPlace.get(place)?.delete(thread)
    if (this.#byPlace.get(place)?.size === 0) this.#byPlace.delete(place)
    const { core, router } = this.#options
    foreign.peer.lost()
    foreign.inbound.lost()
    router.reports.lost(thread)
    for (const far of core.knownFars()) if (far.thread === thread) far.markGone('unreachable')
  }
}

function placeOf({ process, group }: Place): string {
  return abroadKey({ thread: '' as ThreadKey, process, group })
}
