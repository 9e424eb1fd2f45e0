import { joinedBytes } from '../../base/joined-bytes.js'
import type { TextBytes } from '../../base/world.js'
import { ByteWriter } from '../../codec/byte-writer.js'
import { DataLane } from './data-lane.js'

export interface OutboxLimits {
  /** Of what is sent on behalf of actors, while it waits. */
  readonly maxQueueBytes: number
  /** Bytes that the network has been given and has not taken, beyond which it gets no more. */
  readonly maxBacklogBytes: number
}

const LENGTH_BYTES = 4

/**
 * What waits to leave over a link, in two lanes: control frames go before data frames, whatever their number, so that a flood of data delays
 * neither beats nor announcements.
 *
 * - **Ordering**: within a lane as it was sent.
 * - **Bounds**: the data lane takes no more than `maxQueueBytes`; of the control lane whoever fills it keeps count (`controlBytes`).
 */
export class Outbox {
  readonly data: DataLane
  readonly #limits: OutboxLimits
  readonly #control: ByteWriter

  constructor(text: TextBytes, limits: OutboxLimits) {
    this.#limits = limits
    this.#control = new ByteWriter(text)
    this.data = new DataLane(limits.maxQueueBytes)
  }

  get isEmpty(): boolean {
    return this.#control.length === 0 && this.data.size === 0
  }

  get controlBytes(): number {
    return this.#control.length
  }

  /** Appends a frame to the control lane. When `write` throws nothing is appended. */
  control(type: number, write?: (bytes: ByteWriter) => void): void {
    const bytes = this.#control
    const start = bytes.mark()
    try {
      bytes.u32(0)
      bytes.u8(type)
      write?.(bytes)
    } catch (error) {
      bytes.rewind(start)
      throw error
    }
    bytes.patchU32(start, bytes.length - start - LENGTH_BYTES)
  }

  /** What may leave now, as one piece, if there is room at all; `null` for nothing. `backlogBytes` is what the network has not taken yet. */
  take(backlogBytes: number): Uint8Array | null {
    let room = this.#limits.maxBacklogBytes - backlogBytes
    const pieces: Uint8Array[] = []
    while (room > 0) {
      const piece = this.#control.length > 0 ? this.#control.take() : this.data.take()
      if (piece === undefined) break
      pieces.push(piece)
      room -= piece.length
    }
    return pieces.length > 1 ? joinedBytes(pieces) : (pieces[0] ?? null)
  }
}
