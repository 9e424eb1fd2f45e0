import { isHomeKey, type PlaceTerms } from '../../base/ids.js'
import type { World } from '../../base/world.js'
import { compareHashes, type LogDigest } from '../catalogue/logs/digest.js'
import type { LogName } from '../catalogue/logs/log-event.js'
import type { LogUpdate } from '../catalogue/logs/log-update.js'
import type { LinkEnd } from '../links/link-listener.js'
import type { ConnectionEvent } from '../peers/connection-event.js'
import type { ActiveLink, Connections, ConnectionsListener } from '../peers/connections.js'
import { type ControlFrame, type ControlValue, isControl, readControl } from '../protocol/control-frames.js'
import type { Role } from '../protocol/hello.js'
import { type Destination, type FrameBounds, MAIL, type MailFrame, readMail, readMailHead, THREAD_ENDED } from '../protocol/mail-frame.js'
import { NO_ROUTES, type Routes } from '../routes/routes.js'
import { hearTelling, stateToldBy, type Telling, tell, tellClient } from '../routes/telling.js'
import type { ControlExit } from './control-exit.js'
import { isPermitted, type Said, saidBy } from './gate.js'
import type { MailExit } from './mail-exit.js'
import { Neighbor } from './neighbor.js'
import { Objections } from './objections.js'
import { OwnReport } from './own-report.js'
import type { Bridge, ProcessExchanges } from './process-exchanges.js'

export interface GroupBridgeOptions {
  readonly world: Pick<World, 'text' | 'log' | 'scheduler'>
  readonly exchanges: ProcessExchanges
  readonly group: string
  readonly role: Role
  readonly terms: PlaceTerms
  readonly onConnection: ConnectionsListener['onConnection']
}

/** The links of one exchange group: what is told over them, and what comes of what they tell. */
export class GroupBridge implements Bridge, ConnectionsListener {
  readonly group: string
  readonly role: Role
  readonly terms: PlaceTerms
  connections!: Connections
  readonly #options: GroupBridgeOptions
  readonly #neighbors = new Map<ActiveLink, Neighbor>()
  readonly #byId = new Map<string, Neighbor>()
  readonly #own: OwnReport
  readonly objections: Objections
  /** There has been something behind this process: servers hear of it, and when there is nothing any more. Of other clients they need no report. */
  #isBetween = false

  constructor(options: GroupBridgeOptions) {
    this.#options = options
    this.group = options.group
    this.role = options.role
    this.terms = options.terms
    this.#own = new OwnReport(options.group)
    this.objections = new Objections(options.world.log)
  }

  get #exchanges(): ProcessExchanges {
    return this.#options.exchanges
  }

  onLink(link: ActiveLink): void {
    const { catalogue, ids } = this.#exchanges
    const neighbor = new Neighbor(link, { ids, scheduler: this.#options.world.scheduler })
    this.#neighbors.set(link, neighbor)
    this.#byId.set(neighbor.id, neighbor)
    catalogue.outlive(link.peer.process)
    this.#exchanges.learned(catalogue.meet(link.peer.process))
    neighbor.tell.say('summary', catalogue.hash(this.group))
    this.#greet(neighbor)
    this.#report()
    this.#exchanges.waysChanged()
  }

  onFrame(link: ActiveLink, bytes: Uint8Array, start: number, end: number): void {
    const neighbor = this.#neighbors.get(link) as Neighbor
    if (neighbor.isHungUpOn) return
    const type = bytes[start] as number
    try {
      if (isControl(type)) this.#hear(neighbor, readControl(bytes, { start, end }, this.#options.world.text))
      else if (type === MAIL || type === THREAD_ENDED) this.#mail(neighbor, bytes, { start, end })
    } catch (error) {
      this.objections.counts.garbled++
      this.objections.hangUp(neighbor, `a frame of type ${type} could not be read: ${String(error)}`)
    }
  }

  onRoom(link: ActiveLink): void {
    const neighbor = this.#neighbors.get(link)
    if (neighbor !== undefined) this.#exchanges.roomAt(neighbor.mail)
  }

  onLost(link: ActiveLink, _end: LinkEnd): void {
    const neighbor = this.#neighbors.get(link)
    this.#neighbors.delete(link)
    if (neighbor !== undefined && this.#byId.get(neighbor.id) === neighbor) this.#byId.delete(neighbor.id)
    if (neighbor !== undefined && this.role === 'client' && !this.#byId.has(neighbor.id))
      this.#exchanges.states.forget(this.group, neighbor.id)
    if (neighbor !== undefined) this.#exchanges.roomAt(neighbor.mail)
    this.#report()
    this.#exchanges.waysChanged()
  }

  onConnection(event: ConnectionEvent, dialed: Parameters<ConnectionsListener['onConnection']>[1]): void {
    this.#options.onConnection(event, dialed)
  }

  exitTo(next: string): MailExit | undefined {
    return this.#byId.get(next)?.mail
  }

  tellUpdate(log: LogName, update: LogUpdate, except: object | null): void {
    if (!this.#exchanges.catalogue.mayTell(log, { group: this.group, role: this.role })) return
    for (const { link, tell, id } of this.#neighbors.values()) {
      if (link !== except && id !== log.origin.id) tell.update(log, update)
    }
  }

  /** A process can be reached from now on: those behind the other links learn what it has to offer. */
  tellOrigin(origin: string): void {
    const { catalogue } = this.#exchanges
    const logs = catalogue.digests(this.group).filter((digest) => digest.origin.id === origin)
    for (const log of logs) {
      const update = catalogue.since(log, 0)
      if (update !== undefined) this.tellUpdate({ origin: log.origin, audience: log.audience }, update, null)
    }
  }

  renewed(): void {
    this.#own.rise(0)
    this.#report()
    this.tellOrigin(this.#exchanges.self.id)
  }

  /** There are other ways than before. */
  waysFound(before: Routes, after: Routes): void {
    this.#report()
    if (this.role !== 'server') return
    const telling = tell(this.group, before, after)
    if (telling.came.length + telling.went.length === 0) return
    for (const one of this.#neighbors.values()) if (one.role === 'client') one.tell.telling(tellClient(telling, one.id))
  }

  /** What a new neighbor must know to find ways. */
  #greet(neighbor: Neighbor): void {
    if (this.role !== 'server') return
    const { id, role } = neighbor
    if (role === 'client') return neighbor.tell.telling(tellClient(tell(this.group, NO_ROUTES, this.#exchanges.routes), id))
    for (const [group, { graph }] of this.#exchanges.states.groups) {
      if (group !== this.group) continue
      for (const process of graph.processes()) {
        const state = graph.get(process)
        // Its own too: it may have lived on by another clock.
        if (state !== undefined) neighbor.tell.say('report', state)
      }
    }
  }

  /** Reports the links of this process to the servers of the group, when they have changed. */
  #report(): void {
    const { self, states, routes } = this.#exchanges
    const all = [...this.#neighbors.values()]
    const said = this.#own.next(all, routes)
    if (said === undefined) return
    const report = { incarnation: self.incarnation, ...said }
    states.report(this.group, report)
    this.#isBetween ||= said.behind.length > 0
    if (this.role === 'client' && !this.#isBetween) return
    for (const one of all) if (one.role === 'server') one.tell.say('report', { process: self.id, ...report })
  }

  #hear(neighbor: Neighbor, frame: ControlFrame): void {
    const { link, tell } = neighbor
    if (!this.#permits(neighbor, saidBy(frame))) return
    const { catalogue } = this.#exchanges
    switch (frame.kind) {
      case 'summary':
        // What they had when they said so is known here; whether the same is true for them they find for themselves, as either may have learned since.
        if (compareHashes(frame.value, catalogue.hash(this.group)) === 0) return this.connections.announce(link)
        return tell.digests(catalogue.digests(this.group))
      case 'digests':
        return this.#catchUp(neighbor, neighbor.digests(frame.value))
      case 'update':
        return this.#updatePart(neighbor, frame.value)
      case 'wanted':
        return this.#tellSince(tell, frame.value.log, frame.value.number)
      case 'synced':
        return this.connections.announce(link)
      case 'report':
        return this.#reported(neighbor, frame.value)
      case 'telling':
        return this.#told(neighbor, frame.value)
    }
  }

  #catchUp({ tell, id }: Neighbor, theirs: readonly LogDigest[] | undefined): void {
    if (theirs === undefined) return
    const missing = this.#exchanges.catalogue.missing(theirs, { group: this.group, role: this.role, peer: id })
    for (const { from, ...log } of missing) this.#tellSince(tell, log, from)
    tell.say('synced', null)
  }

  #tellSince(tell: ControlExit, log: LogName, number: number): void {
    const { catalogue } = this.#exchanges
    if (!catalogue.mayTell(log, { group: this.group, role: this.role })) return
    const update = catalogue.since(log, number)
    if (update !== undefined) tell.update(log, update)
  }

  #updatePart(neighbor: Neighbor, { log, update, more }: ControlValue<'update'>): void {
    const whole = neighbor.update.take(`${log.origin.id} ${log.audience}`, { part: update, more })
    if (whole !== undefined) this.#update(neighbor, log, whole)
  }

  #update(neighbor: Neighbor, log: LogName, update: LogUpdate): void {
    const learned = this.#exchanges.catalogue.learn(log, update, this.group)
    switch (learned.kind) {
      case 'learned':
        this.#exchanges.learned(learned.events)
        return this.#exchanges.spread(log, update, neighbor.link)
      case 'gap':
        this.#exchanges.learned(learned.events)
        return neighbor.tell.say('wanted', { log, number: learned.number })
      case 'refused':
        // A server that hands on what others say may have other limits.
        if (log.origin.id === neighbor.id) return this.objections.hangUp(neighbor, learned.fault)
        return this.objections.passOver(neighbor, learned.fault)
      case 'own':
        return this.#renew(neighbor, learned.incarnation)
      case 'known':
      case 'stale':
    }
  }

  #reported(neighbor: Neighbor, state: ControlValue<'report'>): void {
    const heard = this.#exchanges.states.hear(this.group, state)
    if (heard.kind === 'refused') return this.objections.hangUp(neighbor, heard.fault)
    if (heard.kind === 'own') return this.#outlived(neighbor, heard)
    // Also when another server has handed it on sooner: it counts for this link from now on.
    if (neighbor.role === 'client') neighbor.fronts = this.#exchanges.states.originsBehind(this.group, neighbor.id)
    if (heard.kind !== 'later') return
    for (const one of this.#neighbors.values()) if (one.role === 'server' && one !== neighbor) one.tell.say('report', state)
    this.#exchanges.waysChanged()
  }

  /** Somebody knows a later report of this process than its last one. */
  #outlived(neighbor: Neighbor, { incarnation, number }: { readonly incarnation: number; readonly number: number }): void {
    if (incarnation > this.#exchanges.self.incarnation) return this.#renew(neighbor, incarnation)
    this.#own.rise(number)
    this.#report()
  }

  #renew(neighbor: Neighbor, incarnation: number): void {
    const fault = this.#exchanges.renew(incarnation)
    if (fault !== undefined) this.objections.hangUp(neighbor, fault, 'identity')
  }

  /** What a server tells is a report of it, in which nobody is linked to it but this client. */
  #told(neighbor: Neighbor, telling: Telling): void {
    const { self, states } = this.#exchanges
    neighbor.behind = hearTelling(neighbor.behind, telling)
    const { process } = neighbor.link.peer
    // It may have been told over another link, which this one has replaced.
    const number = (states.get(this.group, process.id)?.number ?? 0) + 1
    const state = stateToldBy(process, self.id, { number, behind: neighbor.behind })
    const heard = states.hear(this.group, state)
    if (heard.kind === 'refused') return this.objections.hangUp(neighbor, heard.fault)
    this.#exchanges.waysChanged()
  }

  #permits(neighbor: Neighbor, said: Said): boolean {
    if (isPermitted(said, neighbor, { id: this.#exchanges.self.id, role: this.role, isNeighbor: (id) => this.#byId.has(id) })) return true
    // Whoever is in two groups tells in each what it knows of processes of that group by way of the other, too.
    if (said.kind === 'update' && neighbor.mayBridge) return false
    const advice = 'let authorise() answer { bridge: true } if it may speak for processes behind it'
    this.objections.passOver(neighbor, `${said.kind}; ${advice}`)
    return false
  }

  #mail(neighbor: Neighbor, bytes: Uint8Array, bounds: FrameBounds): void {
    const exchanges = this.#exchanges.ways()
    const head = readMailHead(bytes, bounds, exchanges.ids)
    if (!this.#permits(neighbor, { kind: 'mail', origin: head.origin })) return
    if (head.only !== undefined && head.only !== exchanges.self.id) {
      if (this.#mayCarry(head.only)) exchanges.pass(head, bytes, bounds)
      return
    }
    const mail = readMail(bytes, bounds, exchanges.ids)
    for (const destination of mail.destinations) this.#mailTo(mail, destination)
  }

  #mailTo(mail: MailFrame, destination: Destination): void {
    // Whoever hands it on does not read it, and is not to blame.
    if (!isHomeKey(mail.from) || !isHomeKey(destination.thread)) this.objections.counts.garbled++
    else if (destination.process === this.#exchanges.self.id) this.#exchanges.mailed(mail, destination)
    else if (this.#mayCarry(destination.process)) this.#exchanges.handOn(mail, destination)
  }

  /** As a client this process carries nothing between two links of the group. */
  #mayCarry(destination: string): boolean {
    return this.role === 'server' || this.#exchanges.routes.all.get(destination)?.group !== this.group
  }
}
