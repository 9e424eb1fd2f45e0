import { Deque } from '../../base/deque.js'

const LENGTH_BYTES = 4
/** Memory is asked for in slabs, each twice as large as the one before; a larger frame gets one of its own. A link keeps one, and there may be thousands. */
const FIRST_SLAB_BYTES = 1024
const LARGEST_SLAB_BYTES = 16 * 2 ** 10
const NO_SLAB = new Uint8Array(0)

/** Frames one after another, each with its length in front: a part of a slab. */
interface Piece {
  readonly slab: Uint8Array
  readonly start: number
  end: number
  frames: number
}

/**
 * Data frames that wait to leave. They are written where they will leave from: `reserve` gives the place.
 *
 * - **Bounds**: no more than `maxBytes` wait.
 * - **Cost**: nothing is kept for each frame but its bytes; what leaves is a view of its slab.
 */
export class DataLane {
  readonly #maxBytes: number
  readonly #filled = new Deque<Piece>()
  #open: Piece = { slab: NO_SLAB, start: 0, end: 0, frames: 0 }
  #slabBytes = FIRST_SLAB_BYTES
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
    return this.#open.slab
  }

  /** Another number whenever the last frame has become another one, or has left. */
  get serial(): number {
    return this.#serial
  }

  /** Where in `target` the last frame begins, as long as `serial` is the same: it may have been moved to grow. */
  get lastAt(): number {
    return this.#lastAt + LENGTH_BYTES
  }

  hasRoom(size: number): boolean {
    return this.#size + size <= this.#maxBytes
  }

  /** Appends a frame of so many bytes; returns where in `target` it is to be written, -1 when there is no room. */
  reserve(size: number): number {
    const whole = size + LENGTH_BYTES
    if (!this.hasRoom(whole)) return -1
    if (this.#open.end + whole > this.#open.slab.length) this.#renew(whole)
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
    if (this.#open.end + size > this.#open.slab.length) this.#move(size)
    const at = this.#grow(size)
    this.#tellLength(this.#open.end - this.#lastAt - LENGTH_BYTES)
    return at
  }

  /** The frames that have waited longest, as one piece. */
  take(): Uint8Array | undefined {
    const piece = this.#filled.shift() ?? this.#takeOpen()
    if (piece === undefined) return undefined
    this.#size -= piece.end - piece.start
    this.#frames -= piece.frames
    return piece.slab.subarray(piece.start, piece.end)
  }

  /** What is written next goes behind it, into the same slab. */
  #takeOpen(): Piece | undefined {
    const piece = this.#open
    if (piece.end === piece.start) return undefined
    this.#open = { slab: piece.slab, start: piece.end, end: piece.end, frames: 0 }
    this.#serial++
    return piece
  }

  #renew(bytes: number): void {
    const piece = this.#takeOpen()
    if (piece !== undefined) this.#filled.push(piece)
    this.#open = { slab: this.#newSlab(bytes), start: 0, end: 0, frames: 0 }
  }

  /** The last frame goes on in a new slab, with whatever has not left. */
  #move(bytes: number): void {
    const { slab, start, end, frames } = this.#open
    const larger = this.#newSlab((end - start) * 2 + bytes)
    larger.set(slab.subarray(start, end))
    this.#open = { slab: larger, start: 0, end: end - start, frames }
    this.#lastAt -= start
  }

  #newSlab(bytes: number): Uint8Array {
    const slab = new Uint8Array(Math.max(bytes, this.#slabBytes))
    this.#slabBytes = Math.min(this.#slabBytes * 2, LARGEST_SLAB_BYTES)
    return slab
  }

  #grow(size: number): number {
    const at = this.#open.end
    this.#open.end += size
    this.#size += size
    return at
  }

  #tellLength(length: number): void {
    const { slab } = this.#open
    for (let i = 0; i < LENGTH_BYTES; i++) slab[this.#lastAt + i] = length >>> (8 * i)
  }
}
