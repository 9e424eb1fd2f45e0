import type { ThreadKey } from '../../base/ids.js'
import { joinedBytes } from '../../base/joined-bytes.js'
import type { MailFrame } from '../protocol/mail-frame.js'

/** Of all that one process has sent in pieces and not completed. */
const MOST_BYTES = 64 * 2 ** 20

interface Begun {
  readonly pieces: Uint8Array[]
  bytes: number
}

/**
 * Puts the bodies of mail together that travel in pieces. Pure state.
 *
 * - **Bounds**: 64 MiB for each process that sends; of one that exceeds them everything incomplete is dropped, which its connections notice.
 */
export class PieceTable {
  readonly #begun = new Map<string, Map<string, Begun>>()

  /** The whole body when this frame completes it, of which the bytes are its sender's if it is the only one; `undefined` while pieces are missing. */
  take({ origin, from, body, more }: MailFrame, to: ThreadKey): Uint8Array | undefined {
    const ofOrigin = this.#begun.get(origin)
    if (ofOrigin === undefined && !more) return body
    const key = `${from} ${to}`
    const begun = ofOrigin?.get(key)
    if (begun === undefined && !more) return body
    if (begun !== undefined && !more) {
      ofOrigin?.delete(key)
      return joinedBytes([...begun.pieces, body])
    }
    this.#keep(origin, key, body)
    return undefined
  }

  /** Nothing comes from that process any more. */
  forget(origin: string): void {
    this.#begun.delete(origin)
  }

  #keep(origin: string, key: string, body: Uint8Array): void {
    const ofOrigin = this.#begun.get(origin) ?? new Map<string, Begun>()
    const begun = ofOrigin.get(key) ?? { pieces: [], bytes: 0 }
    begun.pieces.push(body.slice())
    begun.bytes += body.length
    this.#begun.set(origin, ofOrigin.set(key, begun))
    let total = 0
    for (const { bytes } of ofOrigin.values()) total += bytes
    if (total > MOST_BYTES) this.#begun.delete(origin)
  }
}
