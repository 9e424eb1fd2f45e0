import type { Cell } from '../../actors/kernel/cell.js'
import type { Core } from '../../actors/kernel/core.js'
import type { DeadLetter } from '../../actors/kernel/dead-letters.js'
import type { Envelope } from '../../actors/kernel/message.js'
import type { ChildNews, Delivery, Mail, ReachNews } from '../../actors/kernel/ports.js'
import type { FarActor } from '../../actors/kernel/target.js'
import type { Told } from '../../actors/remote-type.js'
import { refuse } from '../../actors/turns/admission.js'
import { unavailable } from '../../actors/turns/failing.js'
import { stopAllOf, stopCell } from '../../actors/turns/stopping.js'
import { watchTarget } from '../../actors/turns/watching.js'
import { type ActorId, generationOf, isAbroad, slotOf, type ThreadKey } from '../../base/ids.js'
import type { Change } from '../../router/change-log.js'
import type { FarReport, ReportNote } from '../../router/reports/notes.js'
import { Router, type RouterLinks } from '../../router/router.js'
import { ForeignThreads, stopsElsewhere } from '../abroad/foreign-threads.js'
import { isShareable, isSharedMemory, moveObjects, refuseShareable } from '../links/attachments.js'
import { FRAME } from '../links/frames.js'
import { Inbound } from '../links/inbound.js'
import { Limbo } from '../links/limbo.js'
import type { PairWay } from '../links/pair-way.js'
import { Peer } from '../links/peer.js'
import { ReportSpread } from '../links/report-spread.js'
import { WayCount } from '../links/way-count.js'
import { type Connection, ending, untilAborted } from './connection.js'
import type { ThreadControl } from './control.js'
import { stopFar } from './far-stop.js'
import { Fates } from './fates.js'

/** One thread of a system, whichever it is: its actors, its replica of the registry, its ways to the other threads. */
export class ThreadRuntime implements Delivery, RouterLinks {
  readonly core: Core
  readonly router: Router
  readonly fates: Fates
  /** Those of other processes that this one talks with. */
  readonly foreign: ForeignThreads
  /** It is in a process of its own, as are all others for it. */
  readonly apart: boolean
  /** The system stops: no actor is started here any more. */
  isShut = false
  /** Told after all that this thread knows of an ended one has been dealt with. */
  onLost: (thread: ThreadKey) => void = () => undefined
  /** On thread 0: takes dead letters to those who listen. */
  onLetter: (letter: DeadLetter, missed: number) => void = () => undefined
  /** On thread 0: another thread holds the process. */
  onHold: (thread: ThreadKey, number: number) => void = () => undefined
  /** On thread 0: another thread has ended. */
  onEnded: (thread: ThreadKey) => void = () => undefined
  /** On the thread of the exchange: takes mail of any thread out of the process. */
  onMail: (mail: Mail, from: ThreadKey) => void = () => undefined
  readonly #connections = new Map<ThreadKey, Connection>()
  readonly #limbo: Limbo
  /** The newest life of each slot that was seen here. */
  readonly #newest = new Map<number, ThreadKey>()
  readonly #reports: ReportSpread

  /** `past` are threads that have ended before this one began, the newest of their slots. */
  constructor(core: Core, past: readonly ThreadKey[] = [], apart = false) {
    this.core = core
    this.apart = apart
    for (const thread of [...past, core.options.thread]) this.#newest.set(slotOf(thread), thread)
    this.router = new Router(core, this)
    this.#limbo = new Limbo(core)
    this.fates = new Fates(this)
    this.#reports = new ReportSpread({ log: core.world.log, peer: (thread) => this.peer(thread) })
    this.foreign = new ForeignThreads({ core, router: this.router, post: (mail) => this.#post(mail) })
    core.usePassing({ accepts: isShareable, isCommon: apart ? refuseShareable : isSharedMemory, move: moveObjects })
    core.directory = this.router
    core.delivery = this
  }

  get connections(): readonly Connection[] {
    return [...this.#connections.values()]
  }

  get peers(): readonly Peer[] {
    return this.connections.map(({ peer }) => peer)
  }

  connection(thread: ThreadKey): Connection | undefined {
    return this.#connections.get(thread)
  }

  peer(thread: ThreadKey): Peer | undefined {
    return this.#connections.get(thread)?.peer ?? (isAbroad(thread) ? this.foreign.peer(thread) : undefined)
  }

  /** The thread of a slot, if it is up: one that has said nothing yet may still fail to load. */
  inSlot(slot: number): Connection | undefined {
    const newest = this.#newest.get(slot)
    const connection = newest === undefined ? undefined : this.#connections.get(newest)
    return connection?.inbound.hasBegun === true ? connection : undefined
  }

  /** Begins to talk with another thread. `expose` puts up what it may ask of this one. */
  connect(thread: ThreadKey, way: PairWay, expose: (connection: Connection) => void): Connection {
    const link = way.openLink({
      onFrame: (frame) => connection.inbound.onFrame(frame),
      onRoom: () => {
        this.router.reports.room(thread)
        peer.onRoom()
      },
      onClosed: () => this.#lost(thread),
    })
    const peer = new Peer(this.core, { thread, link, requests: new WayCount(way.outgoing) })
    const inbound = new Inbound(this.core, this.router, peer, new WayCount(way.incoming))
    const connection: Connection = {
      peer,
      inbound,
      apart: way.apart === true,
      control: way.control,
      hosted: new Set(),
      ...ending(thread, way),
    }
    this.#connections.set(thread, connection)
    this.#newest.set(slotOf(thread), thread)
    expose(connection)
    for (const place of this.foreign.reachable) peer.record(FRAME.reach, { ...place, isUp: true })
    peer.record(FRAME.snapshot, this.router.snapshot())
    this.#limbo.connected(thread, peer)
    this.fates.connected(thread)
    return connection
  }

  /** A call on the control plane, which fails when the thread ends. */
  async ask<T>(connection: Connection, call: (control: ThreadControl) => Promise<T>): Promise<T> {
    this.core.retain()
    try {
      return await untilAborted(call(connection.control), connection.signal)
    } finally {
      this.core.release()
    }
  }

  send(envelope: Envelope, target: FarActor): Told {
    const peer = this.peer(target.thread)
    if (peer !== undefined) return peer.send(envelope, target)
    if (!this.#isAhead(target.thread)) return refuse(this.core, envelope, { reason: 'unavailable', failure: unavailable(target), target })
    return this.#limbo.keep(envelope, target)
  }

  introduce(target: FarActor): void {
    if (!this.lives(target.thread)) this.fates.lose(target)
  }

  lives(thread: ThreadKey): boolean {
    if (isAbroad(thread)) return this.foreign.lives(thread)
    return thread === this.core.options.thread || this.#connections.has(thread) || this.#isAhead(thread)
  }

  watch(target: FarActor): void {
    if (target.lost) return this.fates.inquire(target)
    if (target.thread === this.core.options.thread) return this.#watchHere(target)
    const peer = this.peer(target.thread)
    if (peer !== undefined) peer.watch(target)
    else if (!this.#isAhead(target.thread)) this.fates.lose(target)
    else this.#limbo.watch(target)
  }

  /** It has been started again on this thread. */
  #watchHere(target: FarActor): void {
    const cell = this.core.cells.get(target.cell)
    if (cell === undefined) target.markGone('stopped')
    else watchTarget(this.core, cell, (reason) => target.markGone(reason))
  }

  inquired(id: ActorId, asker: ThreadKey): void {
    this.fates.inquired(id, asker)
  }

  held(thread: ThreadKey, number: number): void {
    this.onHold(thread, number)
  }

  stop(target: FarActor, drainMs: number): Promise<void> {
    if (isAbroad(target.thread)) return Promise.reject(stopsElsewhere(target))
    return stopFar(this, target, drainMs)
  }

  /** A thread, once this one has been told of it; `undefined` when it has ended, or when nothing is connected any more. */
  async reach(thread: ThreadKey): Promise<Connection | undefined> {
    if (!this.#connections.has(thread) && this.#isAhead(thread)) await this.#limbo.connection(thread)
    return this.#connections.get(thread)
  }

  /** Stops every actor of this thread, those without parents here first told; none is started afterwards. */
  async shutdown(drainMs: number): Promise<void> {
    this.core.spawner.close()
    await stopAllOf(this.core, this.core.root, drainMs > 0 ? 'drained' : 'stopped', { drainMs })
    this.isShut = true
    // What was started meanwhile by what drained.
    await stopAllOf(this.core, this.core.root, 'stopped')
    this.flush()
  }

  flush(): void {
    // What goes abroad leaves over the links to the thread of the exchange.
    this.foreign.flush()
    for (const { peer } of this.#connections.values()) peer.link.flush()
  }

  publish(change: Change): void {
    for (const { peer } of this.#connections.values()) peer.record(FRAME.change, change)
  }

  note(thread: ThreadKey, note: ReportNote): void {
    const peer = this.peer(thread)
    if (peer !== undefined) peer.record(FRAME.note, note)
    else if (this.#isAhead(thread)) this.#limbo.note(thread, note)
  }

  spread(report: FarReport, threads: Iterable<ThreadKey>): readonly ThreadKey[] {
    return this.#reports.spread(report, threads)
  }

  restart(target: FarActor, delayMs: number): void {
    this.#connections.get(target.thread)?.peer.restart(target, delayMs)
  }

  tellParent(child: Cell, news: ChildNews): boolean {
    for (const { peer, hosted } of this.#connections.values()) {
      if (!hosted.has(child)) continue
      peer.record(FRAME.child, { id: child.id, news })
      return true
    }
    return false
  }

  mailed(mail: Mail, by: ThreadKey): void {
    if (this.core.slot === 0) this.onMail(mail, by)
    else this.foreign.arrived(mail)
  }

  reaches(news: ReachNews): void {
    if ('ended' in news) this.foreign.ended(news.ended)
    else if (news.isUp) this.foreign.reach(news)
    else this.foreign.unreach(news)
  }

  letter(letter: DeadLetter, missed: number): void {
    if (this.core.slot === 0) this.onLetter(letter, missed)
    else this.inSlot(0)?.peer.record(FRAME.letter, { letter, missed })
  }

  isFull(thread: ThreadKey): boolean {
    return this.peer(thread)?.link.full === true
  }

  close(): void {
    this.foreign.close()
    for (const { peer } of this.#connections.values()) peer.link.close()
    this.core.deadlines.close()
  }

  /** Mail leaves the process on the thread of the exchange. */
  #post(mail: Mail): void {
    if (this.core.slot === 0) this.onMail(mail, this.core.options.thread)
    else this.inSlot(0)?.peer.mail(mail)
  }

  /** A thread that this one has yet to be told of. */
  #isAhead(thread: ThreadKey): boolean {
    if (isAbroad(thread)) return false
    const newest = this.#newest.get(slotOf(thread))
    return newest === undefined || generationOf(thread) > generationOf(newest)
  }

  #lost(thread: ThreadKey): void {
    const connection = this.#connections.get(thread)
    if (connection === undefined) return
    this.#connections.delete(thread)
    connection.end()
    connection.peer.lost()
    connection.inbound.lost()
    this.router.lost(thread, 'crashed')
    this.fates.threadEnded(thread)
    this.onLost(thread)
    this.onEnded(thread)
    for (const cell of connection.hosted) void stopCell(this.core, cell, 'stopped')
  }
}
