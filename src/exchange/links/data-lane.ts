import { Deque } from '../../base/deque.js'

const LENGTH_BYTES = 4
const SMALLEST_PIECE = 1024
/** A piece that has grown to this begins no further frame. */
const FULL_PIECE = 64 * 2 ** 10

/** Frames one after another, each with its length in front. */
interface Piece {
  bytes: Uint8Array
  length: number
  frames: number
}

/**
 * Data frames that wait to leave. They are written where they will leave from: `reserve` gives the place.
 *
 * - **Bounds**: no more than `maxBytes` wait.
 * - **Cost**: nothing is kept for each frame but its bytes.
 */
export class DataLane {
  readonly #maxBytes: number
  readonly #filled = new Deque<Piece>()
  #open: Piece = newPiece(SMALLEST_PIECE)
  #size = 0
  #frames = 0
  /** Where the length of the last frame stands. */
  #lastAt = 0
  #serial = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Bytes that wait, with the length of each frame. */
  get size(): number {
    return this.#size
  }

  get frames(): number {
    return this.#frames
  }

  /** What `reserve` and `extend` give places in, until the next call of either. */
  get target(): Uint8Array {
    return this.#open.bytes
  }

  /** Another number whenever the last frame has become another one, or has left. */
  get serial(): number {
    return this.#serial
  }

  hasRoom(size: number): boolean {
    return this.#size + size <= this.#maxBytes
  }

  /** Appends a frame of so many bytes; returns where in `target` it is to be written, -1 when there is no room. */
  reserve(size: number): number {
    const whole = size + LENGTH_BYTES
    if (!this.hasRoom(whole)) return -1
    if (this.#open.length + whole > FULL_PIECE && this.#open.length > 0) this.#seal(whole)
    this.#lastAt = this.#grow(whole)
    this.#open.frames++
    this.#frames++
    this.#serial++
    this.#tellLength(size)
    return this.#lastAt + LENGTH_BYTES
  }

  /** Makes the last frame longer, if `serial` is still the same; returns where in `target` it goes on, -1 when there is no room. */
  extend(size: number): number {
    if (!this.hasRoom(size)) return -1
    const at = this.#grow(size)
    this.#tellLength(this.#open.length - this.#lastAt - LENGTH_BYTES)
    return at
  }

  /** The frames that have waited longest, as one piece. */
  take(): Uint8Array | undefined {
    if (this.#filled.length === 0 && this.#open.length > 0) this.#seal(this.#open.length)
    const piece = this.#filled.shift()
    if (piece === undefined) return undefined
    this.#size -= piece.length
    this.#frames -= piece.frames
    return piece.bytes.subarray(0, piece.length)
  }

  #seal(nextBytes: number): void {
    this.#filled.push(this.#open)
    this.#open = newPiece(Math.min(Math.max(nextBytes, SMALLEST_PIECE), FULL_PIECE))
    this.#serial++
  }

  #grow(size: number): number {
    const piece = this.#open
    const at = piece.length
    if (at + size > piece.bytes.length) {
      const larger = new Uint8Array(Math.max(at + size, Math.min(piece.bytes.length * 2, FULL_PIECE)))
      larger.set(piece.bytes.subarray(0, at))
      piece.bytes = larger
    }
    piece.length = at + size
    this.#size += size
    return at
  }

  #tellLength(length: number): void {
    const { bytes } = this.#open
    for (let i = 0; i < LENGTH_BYTES; i++) bytes[this.#lastAt + i] = length >>> (8 * i)
  }
}

function newPiece(size: number): Piece {
  return { bytes: new Uint8Array(size), length: 0, frames: 0 }
}
