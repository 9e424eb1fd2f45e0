import type { Clock } from '../../base/world.js'
import type { LinkSession } from '../links/link-session.js'
import type { PeerHello } from '../protocol/handshake.js'
import type { RefusalReason } from '../protocol/refusal.js'
import { type Candidate, decideDuplicate } from './duplicates.js'

/** How long a link that is there may take to prove that it lives, when another would take its place. */
const PROBE_MS = 500

/** A link that is there, or about to be. */
export interface Place extends Candidate {
  readonly session: LinkSession
  readonly peer: PeerHello
  activeMs: number | null
}

/** A link of which it has just been learned where it leads. */
export interface Newcomer {
  readonly session: LinkSession
  readonly peer: PeerHello
  readonly opener: string
  readonly openedMs: number
}

/** The links of one exchange, at most one for each process. */
export class PeerTable {
  readonly #clock: Clock
  readonly #places = new Map<string, Place>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Those that are active. */
  get active(): readonly Place[] {
    return [...this.#places.values()].filter(({ activeMs }) => activeMs !== null)
  }

  has(id: string): boolean {
    return this.#places.has(id)
  }

  /** Gives a newcomer the place of its process, or says why not. */
  async admit({ session, peer, opener, openedMs }: Newcomer): Promise<RefusalReason | undefined> {
    const newcomer: Place = { session, peer, opener, openedMs, activeMs: null }
    for (;;) {
      // Whoever was asked, or probed, may have taken longer than the newcomer waited.
      if (session.hasEnded) return 'timeout'
      const older = this.#places.get(peer.process.id)
      if (older === undefined) break
      const decision = decideDuplicate(older, newcomer)
      if (decision.kind === 'keep') return decision.reason
      const isAlive = decision.kind === 'probe' && (await older.session.probe(PROBE_MS))
      if (isAlive && decision.kind === 'probe') return decision.reason
      // While it was probed it may have given its place to somebody else.
      if (this.#places.get(peer.process.id) === older) this.#displace(older, decision.kind === 'replace' ? decision.reason : 'stale')
    }
    this.#places.set(peer.process.id, newcomer)
    return undefined
  }

  /** Both sides have welcomed each other. */
  activate(session: LinkSession): void {
    const place = this.#placeOf(session)
    if (place !== undefined) place.activeMs = this.#clock.now()
  }

  /** A link has ended; tells whether it had been active. */
  remove(session: LinkSession): boolean {
    const place = this.#placeOf(session)
    if (place === undefined) return false
    this.#places.delete(place.peer.process.id)
    return place.activeMs !== null
  }

  #displace(older: Place, reason: 'duplicate' | 'stale'): void {
    this.#places.delete(older.peer.process.id)
    older.session.close(reason === 'duplicate' ? 'duplicate' : 'closed')
  }

  #placeOf(session: LinkSession): Place | undefined {
    for (const place of this.#places.values()) if (place.session === session) return place
    return undefined
  }
}
