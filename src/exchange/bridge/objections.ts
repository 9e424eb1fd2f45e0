import type { Logger } from '../../base/world.js'
import type { RefusalReason } from '../protocol/refusal.js'
import type { Neighbor } from './neighbor.js'

/** What is done about links that say what they should not, and how often it was. */
export class Objections {
  readonly counts = { unpermitted: 0, garbled: 0 }
  readonly #log: Pick<Logger, 'warn'>

  constructor(log: Pick<Logger, 'warn'>) {
    this.#log = log
  }

  /** What it says is not taken in; that is logged once for each link. */
  passOver(neighbor: Neighbor, what: string): void {
    this.counts.unpermitted++
    if (neighbor.isKnownToLie) return
    neighbor.isKnownToLie = true
    this.#log.warn(`process ${neighbor.id} says what it may not, which is not taken in: ${what}`)
  }

  /** There is no talking with it: whatever else is on its way is not read. */
  hangUp(neighbor: Neighbor, fault: string, reason: RefusalReason = 'authorise'): void {
    neighbor.isHungUpOn = true
    this.#log.warn(`process ${neighbor.id} is hung up on: ${fault}`)
    neighbor.link.session.close(reason)
  }
}
