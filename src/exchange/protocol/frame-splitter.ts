/**
 * After the handshake a link carries frames, in both directions:
 *
 *   0 │ 4 │ number of bytes that follow, little-endian: 1 to `maxFrameBytes`
 *   4 │ 1 │ type
 *   5 │ … │ what the type says
 */

/** A frame that must not be: the link is to be closed. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
}

const LENGTH_BYTES = 4
const NOTHING = new Uint8Array(0)

/** Takes a frame without its length; the bytes are the splitter's, and valid during the call only. */
export type OnFrame = (bytes: Uint8Array, start: number, end: number) => void

/**
 * Cuts a stream of bytes into frames.
 *
 * - **Bounds**: a length is checked before anything is kept for it, and no more is kept than twice what has arrived, however finely it is cut.
 */
export class FrameSplitter {
  readonly #maxFrameBytes: number
  readonly #onFrame: OnFrame
  /** The beginning of a frame that goes on in the next chunk. */
  #kept: Uint8Array = NOTHING
  #keptBytes = 0
  #frames = 0
  /** Bytes of it in all, its length included; NaN while that is unknown. */
  #wanted = Number.NaN

  constructor(maxFrameBytes: number, onFrame: OnFrame) {
    this.#maxFrameBytes = maxFrameBytes
    this.#onFrame = onFrame
  }

  /** The number of a frame that has begun and not ended; 0 where there is none. */
  get unfinished(): number {
    return this.#keptBytes === 0 ? 0 : this.#frames + 1
  }

  /** @throws FrameError */
  take(chunk: Uint8Array): void {
    let at = 0
    while (at < chunk.length) at = this.#keptBytes > 0 ? this.#fill(chunk, at) : this.#whole(chunk, at)
  }

  /** Hands on what is whole in the chunk; keeps the rest. */
  #whole(chunk: Uint8Array, start: number): number {
    let at = start
    while (chunk.length - at >= LENGTH_BYTES) {
      const size = LENGTH_BYTES + this.#lengthAt(chunk, at)
      const end = at + size
      if (end > chunk.length) {
        this.#wanted = size
        break
      }
      this.#frames++
      this.#onFrame(chunk, at + LENGTH_BYTES, end)
      at = end
    }
    if (at < chunk.length) this.#keep(chunk.subarray(at))
    return chunk.length
  }

  /** Goes on with a frame that has begun; returns how far. */
  #fill(chunk: Uint8Array, start: number): number {
    const wanted = Number.isNaN(this.#wanted) ? LENGTH_BYTES : this.#wanted
    const end = Math.min(chunk.length, start + wanted - this.#keptBytes)
    this.#keep(chunk.subarray(start, end))
    if (this.#keptBytes < wanted) return end
    if (Number.isNaN(this.#wanted)) this.#wanted = LENGTH_BYTES + this.#lengthAt(this.#kept, 0)
    else this.#handOn(wanted)
    return end
  }

  #handOn(size: number): void {
    const bytes = this.#kept
    this.#kept = NOTHING
    this.#keptBytes = 0
    this.#wanted = Number.NaN
    this.#frames++
    this.#onFrame(bytes, LENGTH_BYTES, size)
  }

  /** A copy: the chunk is its sender's. */
  #keep(bytes: Uint8Array): void {
    const size = this.#keptBytes + bytes.length
    if (size > this.#kept.length) {
      const larger = new Uint8Array(Math.max(size, Math.min(this.#kept.length * 2, this.#wanted || 0)))
      larger.set(this.#kept.subarray(0, this.#keptBytes))
      this.#kept = larger
    }
    this.#kept.set(bytes, this.#keptBytes)
    this.#keptBytes = size
  }

  #lengthAt(bytes: Uint8Array, at: number): number {
    const length =
      ((bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24)) >>>
      0
    if (length >= 1 && length <= this.#maxFrameBytes) return length
    throw new FrameError(`a frame says it has ${length} bytes; 1 to ${this.#maxFrameBytes} are allowed (maxFrameBytes)`)
  }
}
