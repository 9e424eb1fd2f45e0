import { isAbroad, slotOf, type ThreadKey } from '../../base/ids.js'
import type { Logger } from '../../base/world.js'
import { UnsendableError } from '../../codec/errors.js'
import type { FarReport } from '../../router/reports/notes.js'
import type { Peer } from './peer.js'

export interface SpreadParts {
  readonly log: Logger
  peer(thread: ThreadKey): Peer | undefined
}

/** Takes reports to other threads, encoded once for those of this process and once for those of others. */
export class ReportSpread {
  readonly #parts: SpreadParts
  /** Those in other processes for which a report was found to be unfit. */
  readonly #warned = new WeakSet<Peer>()

  constructor(parts: SpreadParts) {
    this.#parts = parts
  }

  /** Returns the threads that have no room for it, or cannot have it. */
  spread(report: FarReport, threads: Iterable<ThreadKey>): readonly ThreadKey[] {
    const refused: ThreadKey[] = []
    const written: Record<'here' | 'abroad', Uint8Array | null> = { here: null, abroad: null }
    for (const thread of threads) {
      const peer = this.#parts.peer(thread)
      const form = isAbroad(thread) ? 'abroad' : 'here'
      try {
        if (peer?.link.full === true) refused.push(thread)
        else written[form] = peer?.report(report, written[form]) ?? written[form]
      } catch (error) {
        this.#unfit(peer as Peer, report, error)
        refused.push(thread)
      }
    }
    return refused
  }

  /** It holds what cannot leave the process: others get it. */
  #unfit(peer: Peer, { publisher, subject }: FarReport, error: unknown): void {
    if (!(error instanceof UnsendableError)) throw error
    if (this.#warned.has(peer)) return
    this.#warned.add(peer)
    const what = `report "${subject}" of ${publisher} does not reach thread ${slotOf(peer.thread)}: ${error.message}`
    this.#parts.log.warn(`${what}; who listens there is told of it, and of others like it, as missed`)
  }
}
