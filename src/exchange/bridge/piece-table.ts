import type { ThreadKey } from '../../base/ids.js'
import { joinedBytes } from '../../base/joined-bytes.js'
import type { MailFrame } from '../protocol/mail-frame.js'

/** Of all that one process has sent in pieces and not completed. */
const MOST_BYTES = 64 * 2 ** 20
/** About what it costs to keep a piece, or a body that has begun, besides its bytes. */
const KEEPING_BYTES = 128

interface Begun {
  readonly pieces: Uint8Array[]
  bytes: number
}

interface OfOrigin {
  readonly begun: Map<string, Begun>
  bytes: number
}

/**
 * Puts the bodies of mail together that travel in pieces. Pure state.
 *
 * - **Bounds**: 64 MiB for each process that sends; of one that exceeds them everything incomplete is dropped, which its connections notice.
 */
export class PieceTable {
  readonly #origins = new Map<string, OfOrigin>()

  /** What is kept of a process, in bytes. */
  bytesOf(origin: string): number {
    return this.#origins.get(origin)?.bytes ?? 0
  }

  /** The whole body when this frame completes it, of which the bytes are its sender's if it is the only one; `undefined` while pieces are missing. */
  take({ origin, from, body, more }: MailFrame, to: ThreadKey): Uint8Array | undefined {
    const ofOrigin = this.#origins.get(origin)
    if (ofOrigin === undefined && !more) return body
    const key = `${from} ${to}`
    const begun = ofOrigin?.begun.get(key)
    if (begun === undefined && !more) return body
    if (ofOrigin === undefined || begun === undefined || more) return this.#keep(origin, key, body)
    ofOrigin.begun.delete(key)
    ofOrigin.bytes -= begun.bytes
    if (ofOrigin.begun.size === 0) this.#origins.delete(origin)
    return joinedBytes([...begun.pieces, body])
  }

  /** Nothing comes from that process any more. */
  forget(origin: string): void {
    this.#origins.delete(origin)
  }

  #keep(origin: string, key: string, body: Uint8Array): undefined {
    const ofOrigin = this.#origins.get(origin) ?? { begun: new Map(), bytes: 0 }
    const begun = ofOrigin.begun.get(key) ?? { pieces: [], bytes: 0 }
    const costs = body.length + KEEPING_BYTES
    begun.pieces.push(body.slice())
    begun.bytes += costs
    ofOrigin.begun.set(key, begun)
    ofOrigin.bytes += costs
    this.#origins.set(origin, ofOrigin)
    if (ofOrigin.bytes > MOST_BYTES) this.#origins.delete(origin)
  }
}
