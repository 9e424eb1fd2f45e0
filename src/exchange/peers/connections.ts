import type { Backoff } from '../../base/backoff.js'
import type { World } from '../../base/world.js'
import type { LinkEnd } from '../links/link-listener.js'
import { LINGER_MS, type LinkLimits, LinkSession } from '../links/link-session.js'
import type { Side } from '../protocol/answer.js'
import type { OnFrame } from '../protocol/frame-splitter.js'
import type { HandshakeOptions, PeerHello } from '../protocol/handshake.js'
import type { Role } from '../protocol/hello.js'
import type { RefusalReason } from '../protocol/refusal.js'
import { type Address, printAddress } from '../transports/address.js'
import type { Listening, Transport, Wire, WireListener } from '../transports/transport.js'
import { Admission, type AdmissionLimits } from './admission.js'
import { type ConnectionEvent, fateOf, linkEvent, stateAfter } from './connection-event.js'
import { Dialer } from './dialer.js'
import { PeerTable } from './peer-table.js'
import { type Answer, bridgingOf } from './permission.js'

/** Of connections that others open; 5 000 clients that come back at once are in within seconds. */
const ADMISSION: AdmissionLimits = { pending: 128, perSecond: 1000 }

/** Whom `authorise` is asked about. */
export interface PeerFacts {
  readonly address: string
  readonly process: string
  readonly role: Role
  /** The exchange group. */
  readonly group: string
}

export interface ConnectionsOptions {
  readonly world: Pick<World, 'clock' | 'scheduler' | 'random' | 'text' | 'log'>
  readonly handshake: HandshakeOptions
  readonly limits: LinkLimits
  readonly transport: Transport
  readonly authorise: (peer: PeerFacts) => Answer | Promise<Answer>
}

/** A link that is active: both sides have proved who they are. */
export interface ActiveLink {
  readonly session: LinkSession
  readonly peer: PeerHello
  /** As a client it may speak for processes behind it. */
  readonly mayBridge: boolean
}

/** Who hears what active links carry, and what becomes of connections. */
export interface ConnectionsListener {
  onLink(link: ActiveLink): void
  onFrame(link: ActiveLink, ...frame: Parameters<OnFrame>): void
  onRoom(link: ActiveLink): void
  onLost(link: ActiveLink, end: LinkEnd): void
  /** `dialed` is what the connection was dialed for; `null` for one that was accepted. */
  onConnection(event: ConnectionEvent, dialed: Dialed | null): void
}

/** What is known of a link before it is active. */
interface Attempt {
  readonly wire: Wire
  readonly dialer: Dialer | null
  peer: PeerHello | null
  mayBridge: boolean
  link: ActiveLink | null
  /** Those who listen have been told that it is active. */
  isAnnounced: boolean
  /** It is to be closed as soon as it is announced. */
  close: (() => void) | null
}

/** An attempt to keep up a link, as whoever asked for it holds it. */
export interface Dialed {
  readonly address: Address
  readonly dialer: Dialer
  /** The process it leads to, once that is known. */
  process: string
}

/**
 * The links of one exchange to other processes: accepts, dials, keeps one for each, and says what becomes of them.
 *
 * - **Ordering**: `onLink` before all frames of a link, `onLost` after them; the event of either after it.
 */
export class Connections {
  readonly #options: ConnectionsOptions
  readonly #listener: ConnectionsListener
  readonly #table: PeerTable
  readonly #listenings: Listening[] = []
  readonly #dialed = new Set<Dialed>()
  readonly #sessions = new Map<LinkSession, Attempt>()
  /** Who waits for the end of a link. */
  readonly #waiting = new Map<LinkSession, (() => void)[]>()
  readonly #admission: Admission
  #isClosed = false

  constructor(options: ConnectionsOptions, listener: ConnectionsListener) {
    this.#options = options
    this.#listener = listener
    this.#table = new PeerTable(options.world.clock)
    this.#admission = new Admission(ADMISSION, options.world.clock)
  }

  get active(): readonly ActiveLink[] {
    return [...this.#sessions.values()].flatMap(({ link }) => link ?? [])
  }

  /** Connections that others have opened: those in handshake, and those hung up on, for there were too many. */
  get strangers(): { readonly pending: number; readonly turnedAway: number } {
    const { pending, turnedAway } = this.#admission
    return { pending, turnedAway }
  }

  async listen(address: Address): Promise<Address> {
    const listening = await this.#options.transport.listen(address, (wire) => this.#accept(wire))
    if (this.#isClosed) {
      await listening.close()
      throw new Error(`listen(${printAddress(address)}): the exchange has been closed`)
    }
    this.#listenings.push(listening)
    return listening.address
  }

  connect(address: Address, retries: Backoff | false): Dialed {
    const { world, transport, limits } = this.#options
    const dialer: Dialer = new Dialer({
      world,
      transport,
      address,
      retries,
      connectMs: limits.handshakeMs,
      onWire: (wire) => this.#open(wire, 'connector', dialer),
      onFailed: (error) => this.#failed(dialed, error),
    })
    const dialed: Dialed = { address, dialer, process: '' }
    this.#dialed.add(dialed)
    dialer.dial()
    return dialed
  }

  /** What the other side has to offer is known: says so to those who listen. */
  announce({ session }: ActiveLink): void {
    const attempt = this.#sessions.get(session)
    if (attempt === undefined || attempt.isAnnounced) return
    attempt.isAnnounced = true
    this.#tell(attempt, 'active')
    attempt.close?.()
  }

  /** Whether a link to that process has been announced, and stands. */
  isAnnounced(process: string): boolean {
    return [...this.#sessions.values()].some(({ isAnnounced, peer }) => isAnnounced && peer?.process.id === process)
  }

  /** Gives up what was dialed, with the link if it stands; resolves when that has ended. What was sent has so long to leave. */
  async hangUp(dialed: Dialed, drainMs?: number): Promise<void> {
    dialed.dialer.close()
    this.#dialed.delete(dialed)
    const links = [...this.#sessions].filter(([, { dialer }]) => dialer === dialed.dialer)
    await Promise.all(links.map(([session]) => this.#closeOne(session, drainMs)))
  }

  /** Ends everything; resolves when every link has ended. */
  async close(drainMs?: number): Promise<void> {
    this.#isClosed = true
    for (const dialed of this.#dialed) dialed.dialer.close()
    await Promise.all(this.#listenings.splice(0).map((one) => one.close()))
    await Promise.all([...this.#sessions.keys()].map((session) => this.#closeOne(session, drainMs)))
    this.#dialed.clear()
  }

  #closeOne(session: LinkSession, drainMs: number | undefined): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      this.#waiting.set(session, [...(this.#waiting.get(session) ?? []), resolve])
    })
    this.#closeWhenTold(session, drainMs ?? LINGER_MS)
    return ended
  }

  /** What this process has to offer, and that it is gone, is told before the end: the other side may have yet to ask for it. */
  #closeWhenTold(session: LinkSession, drainMs: number): void {
    const { clock, scheduler } = this.#options.world
    const attempt = this.#sessions.get(session)
    if (attempt === undefined || attempt.link === null || attempt.isAnnounced || drainMs === 0) return session.close('closed', drainMs)
    const untilMs = clock.now() + drainMs
    const close = (): void => {
      cancel()
      session.close('closed', Math.max(0, untilMs - clock.now()))
    }
    const cancel = scheduler.timer(drainMs, close)
    attempt.close = close
  }

  #accept(wire: Wire): WireListener {
    if (!this.#isClosed && this.#admission.enter()) return this.#open(wire, 'acceptor', null)
    // Not a word: whoever floods us with connections is told nothing.
    queueDestroy(wire, this.#options.world)
    return DEAF
  }

  #open(wire: Wire, side: Side, dialer: Dialer | null): LinkSession {
    const openedMs = this.#options.world.clock.now()
    const attempt: Attempt = { wire, dialer, peer: null, mayBridge: false, link: null, isAnnounced: false, close: null }
    const session: LinkSession = new LinkSession(
      wire,
      side,
      { ...this.#options, authorise: (peer) => this.#welcome(session, { peer, side, openedMs }) },
      {
        onReady: (peer) => this.#ready(session, peer),
        onFrame: (bytes, start, end) => this.#listener.onFrame(attempt.link as ActiveLink, bytes, start, end),
        onRoom: () => this.#listener.onRoom(attempt.link as ActiveLink),
        onEnd: (end) => this.#ended(session, end),
      },
    )
    this.#sessions.set(session, attempt)
    return session
  }

  async #welcome(
    session: LinkSession,
    { peer, side, openedMs }: { readonly peer: PeerHello; readonly side: Side; readonly openedMs: number },
  ): Promise<RefusalReason | undefined> {
    const attempt = this.#sessions.get(session) as Attempt
    attempt.peer = peer
    for (const dialed of this.#dialed) if (dialed.dialer === attempt.dialer) dialed.process = peer.process.id
    const { authorise, handshake } = this.#options
    const { remoteAddress } = attempt.wire
    const answer = await authorise({ address: remoteAddress, process: peer.process.id, role: peer.role, group: handshake.group })
    const mayBridge = bridgingOf(answer, { isProven: peer.isProven, remoteAddress })
    if (mayBridge === undefined) return 'authorise'
    attempt.mayBridge = mayBridge
    const opener = side === 'connector' ? handshake.process.id : peer.process.id
    return this.#table.admit({ session, peer, opener, openedMs })
  }

  #ready(session: LinkSession, peer: PeerHello): void {
    const attempt = this.#sessions.get(session) as Attempt
    const link: ActiveLink = { session, peer, mayBridge: attempt.mayBridge }
    attempt.link = link
    if (attempt.dialer === null) this.#admission.leave()
    this.#table.activate(session)
    attempt.dialer?.proved()
    this.#listener.onLink(link)
  }

  #ended(session: LinkSession, end: LinkEnd): void {
    const attempt = this.#sessions.get(session) as Attempt
    this.#sessions.delete(session)
    this.#table.remove(session)
    attempt.close?.()
    const { link, dialer, peer } = attempt
    if (link === null && dialer === null) this.#admission.leave()
    if (link !== null) this.#listener.onLost(link, end)
    dialer?.lost(fateOf(end))
    if (peer !== null && !this.#table.has(peer.process.id)) this.#resume(peer.process.id)
    this.#tell(attempt, stateAfter(end, attempt.isAnnounced), end)
    for (const resolve of this.#waiting.get(session) ?? []) resolve()
    this.#waiting.delete(session)
    this.#dropOver()
  }

  /** What will not be dialed again is not kept. */
  #dropOver(): void {
    for (const dialed of this.#dialed) if (dialed.dialer.isOver) this.#dialed.delete(dialed)
  }

  /** Nothing leads to that process any more: those that had been refused for it dial again. */
  #resume(process: string): void {
    for (const dialed of this.#dialed) if (dialed.process === process) dialed.dialer.resume()
  }

  #failed(dialed: Dialed, error: Error): void {
    const { group } = this.#options.handshake
    const { process, address } = dialed
    const remoteAddress = printAddress(address)
    this.#listener.onConnection({ state: 'failed', group, process, remoteAddress, localAddress: '', error }, dialed)
    if (dialed.dialer.isOver) this.#dialed.delete(dialed)
  }

  #dialedFor(dialer: Dialer | null): Dialed | null {
    for (const dialed of this.#dialed) if (dialed.dialer === dialer) return dialed
    return null
  }

  #tell({ wire, peer, dialer }: Attempt, state: ConnectionEvent['state'], end?: LinkEnd): void {
    const process = peer?.process.id ?? ''
    this.#listener.onConnection(linkEvent(state, { wire, process, group: this.#options.handshake.group }, end), this.#dialedFor(dialer))
  }
}

const DEAF: WireListener = { onBytes: () => undefined, onDrained: () => undefined, onClosed: () => undefined }

function queueDestroy(wire: Wire, { scheduler }: Pick<World, 'scheduler'>): void {
  scheduler.microtask(() => wire.destroy())
}
