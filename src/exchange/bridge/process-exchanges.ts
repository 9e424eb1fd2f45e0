import type { Mail } from '../../actors/kernel/ports.js'
import type { Notice } from '../../actors/kernel/visibility.js'
import { abroadOf, isAbroad, type Place, type PlaceTerms, type ThreadKey } from '../../base/ids.js'
import type { Carrier, ExchangePort } from '../../router/exchange-port.js'
import { Catalogue, type CatalogueLimits } from '../catalogue/catalogue.js'
import type { LogEvent, LogName } from '../catalogue/logs/log-event.js'
import type { LogUpdate } from '../catalogue/logs/log-update.js'
import { type CatalogueEvent, departuresOf } from '../catalogue/origin.js'
import type { Role } from '../protocol/hello.js'
import { type Destination, type FrameBounds, MAIL, type MailFrame, type MailHead, THREAD_ENDED } from '../protocol/mail-frame.js'
import { ProcessIds } from '../protocol/process-ids.js'
import type { ProcessName } from '../protocol/process-name.js'
import { HOP_LIMIT } from '../routes/link-state.js'
import { type LinkStateLimits, LinkStates } from '../routes/link-states.js'
import { routeChanges } from '../routes/route.js'
import { NO_ROUTES, type Routes, routes } from '../routes/routes.js'
import { AbroadKeys } from './abroad-keys.js'
import { changeOf } from './foreign-services.js'
import type { MailExit } from './mail-exit.js'
import { Oblivion } from './oblivion.js'
import { OwnLife } from './own-life.js'
import { entryOf } from './own-services.js'
import { PieceTable } from './piece-table.js'

const NOTHING = new Uint8Array(0)

export interface ProcessLimits {
  readonly catalogue: CatalogueLimits
  readonly links: LinkStateLimits
}

/** The links of one exchange group. */
export interface Bridge {
  readonly group: string
  readonly role: Role
  /** Of each thread of the processes that are reached over it. */
  readonly terms: PlaceTerms
  /** Tells an update to all links that may know of it, but the one that it came over. */
  tellUpdate(log: LogName, update: LogUpdate, except: object | null): void
  /** A process can be reached from now on: those behind the other links learn what it has to offer. */
  tellOrigin(origin: string): void
  /** This process begins another life, with the links and services it has. */
  renewed(): void
  /** There are other ways than before. */
  waysFound(before: Routes, after: Routes): void
  /** Where mail leaves to a neighbor. */
  exitTo(next: string): MailExit | undefined
}

/** All exchanges of one process: what they know of services, the ways to other processes, and the mail that goes there. */
export class ProcessExchanges implements Carrier {
  readonly catalogue: Catalogue
  readonly states: LinkStates
  readonly ids = new ProcessIds()
  readonly #port: ExchangePort
  readonly #life: OwnLife
  readonly #bridges = new Map<string, Bridge>()
  /** With whom each thread of this process has exchanged mail. */
  readonly #partners = new Map<ThreadKey, Set<string>>()
  readonly #pieces = new PieceTable()
  /** Processes for which there was no room on the link that leads to them. */
  readonly #stalled = new Map<string, { readonly exit: MailExit | undefined; readonly place: Place }>()
  readonly #oblivion: Oblivion

  readonly #keys = new AbroadKeys()
  #routes: Routes = NO_ROUTES
  #isDue = false

  constructor(port: ExchangePort, self: ProcessName, limits: ProcessLimits) {
    this.#port = port
    this.#life = new OwnLife(self, port.core.world.clock)
    this.catalogue = new Catalogue(self, limits.catalogue)
    this.states = new LinkStates(self.id, limits.links)
    this.#oblivion = new Oblivion({ scheduler: port.core.world.scheduler, states: this.states, catalogue: this.catalogue })
    port.observe({ interest: {}, notify: (notice) => this.#noticed(notice) })
  }

  get self(): ProcessName {
    return this.#life.name
  }

  get routes(): Routes {
    return this.#routes
  }

  /** How much it keeps of others, for whoever looks for leaks. */
  get sizes(): Readonly<Record<'ways' | 'reports' | 'origins' | 'partners', number>> {
    let [partners, reports] = [0, 0]
    for (const processes of this.#partners.values()) partners += processes.size
    // Its own report of each group apart.
    for (const [, { graph }] of this.states.groups) reports += graph.size - (graph.get(this.self.id) === undefined ? 0 : 1)
    return { ways: this.#routes.all.size, reports, origins: this.catalogue.size, partners }
  }

  /** The ways by all that has been told until now. */
  ways(): this {
    if (this.#isDue) this.#findWays()
    return this
  }

  has(group: string): boolean {
    return this.#bridges.has(group)
  }

  add(bridge: Bridge): void {
    this.#bridges.set(bridge.group, bridge)
    this.states.join(bridge.group, bridge.role)
  }

  remove(bridge: Bridge): void {
    this.#bridges.delete(bridge.group)
    this.states.leave(bridge.group)
    this.waysChanged()
    if (this.#bridges.size === 0) this.#oblivion.close()
  }

  /** Others know of another life of this process: everything is told anew, as of a later one. Returns why not, if it is not. */
  renew(incarnation: number): string | undefined {
    const fault = this.#life.renew(incarnation)
    if (fault !== undefined) return fault
    this.catalogue.renew(this.self.incarnation)
    for (const bridge of this.#bridges.values()) bridge.renewed()
    return undefined
  }

  /** Links or reports of links have changed: ways are looked for once for all changes of a moment. */
  waysChanged(): void {
    if (this.#isDue) return
    this.#isDue = true
    this.#port.core.world.scheduler.microtask(() => {
      if (this.#isDue) this.#findWays()
    })
  }

  /** An update of a log has been taken in over a link, and goes on to others; what it says is announced here. */
  learned(events: readonly CatalogueEvent[]): void {
    this.#oblivion.due()
    const losses = events.filter((event) => event.kind === 'lost')
    for (const loss of losses) this.#announce(departuresOf(loss))
    this.#announce(events.filter((event) => event.kind !== 'lost'))
  }

  /** Tells all links that may know of it; `except` is where it came from. */
  spread(log: LogName, update: LogUpdate, except: object | null): void {
    for (const bridge of this.#bridges.values()) bridge.tellUpdate(log, update, except)
  }

  carry({ to, head, bytes }: Mail, from: ThreadKey): void {
    const { thread, process } = abroadOf(to)
    if (this.#routes.all.has(process)) this.#partner(from, process)
    this.#send({ kind: MAIL, hops: 0, more: false, origin: this.self.id, from, body: bytes }, { process, thread, head })
  }

  threadEnded(thread: ThreadKey): void {
    for (const process of this.#partners.get(thread) ?? []) this.#tellEnded(process, thread)
    this.#partners.delete(thread)
  }

  /** Mail for a thread of this process has come over a link. */
  mailed(mail: MailFrame, { thread, head }: Destination): void {
    const route = this.#routes.all.get(mail.origin)
    if (route === undefined) return
    const from = this.#keys.key(mail.from, { process: mail.origin, group: route.group })
    if (mail.kind === THREAD_ENDED) return this.#port.ended(from)
    const bytes = this.#pieces.take(mail, thread)
    if (bytes === undefined) return
    if (this.#port.deliver(from, { to: thread, head, bytes })) this.#partner(thread, mail.origin)
    else this.#tellEnded(mail.origin, thread)
  }

  /** Mail for one thread of another process has come over a link, for others too. */
  handOn(mail: MailFrame, destination: Destination): void {
    if (mail.hops + 1 < HOP_LIMIT) this.#send({ ...mail, hops: mail.hops + 1 }, destination)
  }

  /** A frame for one other process has come over a link: it goes on as it is. */
  pass({ hops, only }: MailHead, bytes: Uint8Array, bounds: FrameBounds): void {
    const route = this.#routes.all.get(only as string)
    if (route !== undefined && hops + 1 < HOP_LIMIT) this.#bridges.get(route.group)?.exitTo(route.next)?.pass(bytes, bounds)
  }

  close(): void {
    this.#port.carrier = null
  }

  #send(mail: MailFrame, destination: Destination): void {
    const route = this.#routes.all.get(destination.process)
    if (route === undefined) return
    const exit = this.#bridges.get(route.group)?.exitTo(route.next)
    // A gap would never be filled: whoever waits is told.
    if (exit?.send(mail, destination) !== true && mail.origin === this.self.id)
      this.#stall(exit, { process: destination.process, group: route.group })
  }

  /** Until there is room again it counts as lost for whoever sends from here. */
  #stall(exit: MailExit | undefined, place: Place): void {
    this.#port.unreach(place)
    this.#stalled.set(place.process, { exit, place })
  }

  /** There is room on a link, or it has ended: what found none on it can be reached again, if it still can. */
  roomAt(exit: MailExit | undefined): void {
    for (const [process, stalled] of this.#stalled) {
      if (stalled.exit !== exit) continue
      this.#stalled.delete(process)
      this.#open(stalled.place)
    }
  }

  #open(place: Place): void {
    const bridge = this.#bridges.get(place.group)
    if (bridge !== undefined) this.#port.reach({ ...place, ...bridge.terms })
  }

  #tellEnded(process: string, thread: ThreadKey): void {
    const ends = { kind: THREAD_ENDED, hops: 0, more: false, origin: this.self.id, from: thread, body: NOTHING } as const
    this.#send(ends, { process, thread: '0' as ThreadKey, head: NOTHING })
  }

  #partner(thread: ThreadKey, process: string): void {
    const partners = this.#partners.get(thread) ?? new Set()
    this.#partners.set(thread, partners.add(process))
  }

  #noticed(notice: Notice): void {
    const { facts } = notice
    if (isAbroad(facts.thread)) return
    const entry = entryOf(notice)
    const change = entry === undefined ? undefined : this.catalogue.write(facts.audience, entry)
    if (change !== undefined) this.spread({ origin: this.self, audience: facts.audience }, change, null)
  }

  #findWays(): void {
    this.#isDue = false
    if (this.#bridges.size > 0) this.#oblivion.due()
    const before = this.#routes
    this.#routes = routes(this.states)
    const { reached, lost, moved } = routeChanges(before.all, this.#routes.all)
    // Others know of the ways before they hear of what is at their end.
    for (const bridge of this.#bridges.values()) bridge.waysFound(before, this.#routes)
    for (const id of [...lost, ...moved]) this.#lose(id, before.all.get(id)?.group ?? '')
    for (const id of [...moved, ...reached]) this.#reach(id)
    this.roomAt(undefined)
  }

  #lose(id: string, group: string): void {
    this.#stalled.delete(id)
    const loss = this.catalogue.lose(id)
    if (loss !== undefined) this.#announce(departuresOf(loss), group)
    this.#port.unreach({ process: id, group })
    this.#pieces.forget(id)
    for (const partners of this.#partners.values()) partners.delete(id)
    this.#keys.forget(id)
  }

  #reach(id: string): void {
    const group = this.#routes.all.get(id)?.group ?? ''
    this.#open({ process: id, group })
    this.#announce(this.catalogue.reach(id), group)
    for (const bridge of this.#bridges.values()) bridge.tellOrigin(id)
  }

  #announce(events: readonly LogEvent[], group?: string): void {
    // Whoever goes leaves its groups: the registry says so itself.
    const gone = new Set(events.filter(({ kind }) => kind === 'withdrawn').map(({ record }) => record))
    for (const event of events) {
      if (event.kind === 'left' && gone.has(event.record)) continue
      this.#port.learn(changeOf(event, group ?? this.#routes.all.get(event.log.origin.id)?.group ?? '', this.#keys))
    }
  }
}
