import { Deque } from '../../base/deque.js'
import type { TextBytes } from '../../base/world.js'
import { ByteWriter } from '../../codec/byte-writer.js'

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
  readonly #limits: OutboxLimits
  readonly #control: ByteWriter
  readonly #data = new Deque<Uint8Array>()
  readonly #length = new DataView(new ArrayBuffer(LENGTH_BYTES))
  #dataBytes = 0

  constructor(text: TextBytes, limits: OutboxLimits) {
    this.#limits = limits
    this.#control = new ByteWriter(text)
  }

  get isEmpty(): boolean {
    return this.#control.length === 0 && this.#data.length === 0
  }

  get controlBytes(): number {
    return this.#control.length
  }

  /** Bytes of data frames that wait. */
  get dataBytes(): number {
    return this.#dataBytes
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

  /** Appends a frame to the data lane, which keeps the bytes; false, and nothing is appended, when there is no room. */
  data(frame: Uint8Array): boolean {
    const size = frame.length + LENGTH_BYTES
    if (this.#dataBytes + size > this.#limits.maxQueueBytes) return false
    this.#data.push(frame)
    this.#dataBytes += size
    return true
  }

  /** What may leave now, as one piece; `null` for nothing. `backlogBytes` is what the network has not taken yet. */
  take(backlogBytes: number): Uint8Array | null {
    const room = Math.max(0, this.#limits.maxBacklogBytes - backlogBytes)
    if (room === 0 || this.isEmpty) return null
    const control = this.#control.take()
    const frames = this.#takeData(room - control.length)
    const size = frames.reduce((sum, frame) => sum + frame.length + LENGTH_BYTES, control.length)
    if (size === control.length) return control
    const piece = new Uint8Array(size)
    piece.set(control)
    let at = control.length
    for (const frame of frames) at = this.#put(piece, at, frame)
    return piece
  }

  /** Forgets everything; returns how many data frames that were. */
  clear(): number {
    this.#control.reset()
    const { length } = this.#data
    while (this.#data.shift() !== undefined);
    this.#dataBytes = 0
    return length
  }

  /** At least one, when there is room at all: a frame may be larger than the room. */
  #takeData(room: number): readonly Uint8Array[] {
    const frames: Uint8Array[] = []
    for (let left = room; left > 0; ) {
      const frame = this.#data.shift()
      if (frame === undefined) break
      left -= frame.length + LENGTH_BYTES
      this.#dataBytes -= frame.length + LENGTH_BYTES
      frames.push(frame)
    }
    return frames
  }

  #put(piece: Uint8Array, at: number, frame: Uint8Array): number {
    this.#length.setUint32(0, frame.length, true)
    piece.set(new Uint8Array(this.#length.buffer), at)
    piece.set(frame, at + LENGTH_BYTES)
    return at + LENGTH_BYTES + frame.length
  }
}
