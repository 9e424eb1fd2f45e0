import type { TextBytes } from '../base/world.js'
import { SHORT_STRING, TAG } from './tags.js'

/** Strings up to this many units fit a size of one byte, whatever they hold. */
const SMALL_STRING = 85
/** Long strings are written in pieces of this many units, so that no room for three bytes a unit is set aside. */
const PIECE = 32 * 1024
/** A buffer that grew beyond this is let go with the message that needed it. */
const KEEP_BYTES = 1024 * 1024

/**
 * Bytes that grow as they are written. Numbers are little-endian.
 *
 * - **Ownership**: `take()` hands out a copy; the writer may be used again and keeps its buffer. It writes into memory that it was lent
 *   (`borrow`) until that ends, and goes on in a buffer of its own.
 * - **Errors**: growing beyond `maxBytes` throws a RangeError (a varint, up to eight bytes early); what was written until then stays.
 */
export class ByteWriter {
  private readonly text: TextBytes
  private readonly initialBytes: number
  private readonly maxBytes: number
  private buffer: Uint8Array
  private view: DataView
  /** Where what is being written begins, stands, and must end, in `buffer`. */
  private base = 0
  private at = 0
  private end: number
  /** The buffer of its own, while it writes elsewhere. */
  private own: Uint8Array | null = null

  constructor(text: TextBytes, initialBytes = 256, maxBytes = Number.POSITIVE_INFINITY) {
    this.text = text
    this.initialBytes = initialBytes
    this.maxBytes = maxBytes
    this.buffer = new Uint8Array(initialBytes)
    this.view = new DataView(this.buffer.buffer)
    this.end = initialBytes
  }

  get length(): number {
    return this.at - this.base
  }

  /** Begins anew in memory of somebody else, from `start` up to `end`. `view` is over the same memory as `memory`. */
  borrow(memory: Uint8Array, view: DataView, { start, end }: { readonly start: number; readonly end: number }): void {
    this.own ??= this.buffer
    this.buffer = memory
    this.view = view
    this.base = this.at = start
    this.end = end
  }

  /** Whether all that was written since `borrow` is in what was lent. */
  get borrows(): boolean {
    return this.own !== null
  }

  u8(n: number): void {
    if (this.at === this.end) this.grow(1)
    this.buffer[this.at++] = n
  }

  u32(n: number): void {
    if (this.at + 4 > this.end) this.grow(4)
    this.view.setUint32(this.at, n, true)
    this.at += 4
  }

  f64(n: number): void {
    if (this.at + 8 > this.end) this.grow(8)
    this.view.setFloat64(this.at, n, true)
    this.at += 8
  }

  /** An integer from 0 to 2^53 − 1, in 1 to 8 bytes. */
  varint(n: number): void {
    if (this.at + 8 > this.end) this.grow(8)
    let rest = n
    while (rest > 0x7fffffff) {
      this.buffer[this.at++] = (rest & 0x7f) | 0x80
      rest = Math.floor(rest / 128)
    }
    while (rest > 0x7f) {
      this.buffer[this.at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.buffer[this.at++] = rest
  }

  /** A string with its size in front, in the shortest of the forms in tags.ts; any string survives, lone surrogates too. */
  string(s: string): void {
    const size = s.length
    if (size < SHORT_STRING) {
      if (this.at + size + 1 > this.end) this.grow(size + 1)
      if (this.ascii(s, this.at + 1)) {
        this.buffer[this.at] = TAG.shortString + size
        this.at += size + 1
        return
      }
    }
    this.longString(s)
  }

  /** The bytes alone, without their number. */
  bytes(bytes: Uint8Array): void {
    if (this.at + bytes.length > this.end) this.grow(bytes.length)
    this.buffer.set(bytes, this.at)
    this.at += bytes.length
  }

  /** Where the writer stands, for `rewind`. */
  mark(): number {
    return this.at - this.base
  }

  /** A copy of what was written since the mark. */
  since(mark: number): Uint8Array<ArrayBuffer> {
    return copyOf(this.buffer, this.base + mark, this.at)
  }

  /** Forgets what was written since the mark. */
  rewind(mark: number): void {
    this.at = this.base + mark
  }

  /** Puts a number into four bytes that were written before, such as a length that was not yet known. */
  patchU32(at: number, n: number): void {
    this.view.setUint32(this.base + at, n, true)
  }

  /** What was written, as bytes that the caller owns; the writer begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = copyOf(this.buffer, this.base, this.at)
    this.reset()
    return taken
  }

  /** Forgets everything. */
  reset(): void {
    if (this.own !== null) this.comeBack(this.own)
    this.base = this.at = 0
    if (this.buffer.length > KEEP_BYTES && this.buffer.length > this.initialBytes) this.allot(this.initialBytes)
  }

  /** Puts the units of `s` down as bytes; false when one is not ASCII. There must be room. */
  private ascii(s: string, start: number): boolean {
    const { buffer } = this
    let all = 0
    for (let i = 0; i < s.length; i++) {
      const unit = s.charCodeAt(i)
      all |= unit
      buffer[start + i] = unit
    }
    return all < 0x80
  }

  private longString(s: string): void {
    const size = s.length
    if (this.length + 8 + size * 3 > this.maxBytes) return this.aside(s)
    const room = 8 + Math.min(size, PIECE) * 3
    if (this.at + room > this.end) this.grow(room)
    if (size <= SMALL_STRING && this.ascii(s, this.at + 2)) this.endSmall(size)
    else if (!isWellFormed(s)) this.units(s)
    else if (size <= SMALL_STRING) this.endSmall(this.text.write(s, this.buffer, this.at + 2))
    else this.pieces(s)
  }

  /** Near the maximum the room that a conversion asks for may not be there although its result would fit. */
  private aside(s: string): void {
    if (this.length + s.length > this.maxBytes) this.grow(s.length)
    const other = new ByteWriter(this.text, s.length + 8)
    other.string(s)
    this.bytes(other.buffer.subarray(0, other.at))
  }

  private endSmall(size: number): void {
    this.buffer[this.at] = TAG.smallString
    this.buffer[this.at + 1] = size
    this.at += size + 2
  }

  private pieces(s: string): void {
    this.u8(TAG.string)
    const head = this.at
    this.u32(0)
    for (let i = 0; i < s.length; ) {
      const end = pieceEnd(s, i)
      if (this.at + (end - i) * 3 > this.end) this.grow((end - i) * 3)
      this.at += this.text.write(i === 0 && end === s.length ? s : s.slice(i, end), this.buffer, this.at)
      i = end
    }
    this.view.setUint32(head, this.at - head - 4, true)
  }

  private units(s: string): void {
    this.u8(TAG.unitString)
    this.u32(s.length)
    if (this.at + s.length * 2 > this.end) this.grow(s.length * 2)
    for (let i = 0; i < s.length; i++) {
      this.view.setUint16(this.at, s.charCodeAt(i), true)
      this.at += 2
    }
  }

  private grow(more: number): void {
    const { buffer, base, at } = this
    const needed = at - base + more
    if (needed > this.maxBytes) throw new RangeError(`it would need more than ${this.maxBytes} bytes`)
    if (this.own !== null) this.comeBack(this.own)
    if (needed > this.end) this.allot(Math.min(Math.max(needed, this.end * 2), this.maxBytes))
    this.buffer.set(buffer.subarray(base, at))
    this.base = 0
    this.at = at - base
  }

  private comeBack(own: Uint8Array): void {
    this.use(own)
    this.own = null
  }

  private allot(sizeBytes: number): void {
    this.use(new Uint8Array(sizeBytes))
  }

  private use(buffer: Uint8Array): void {
    this.buffer = buffer
    this.view = new DataView(buffer.buffer)
    this.end = buffer.length
  }
}

/** Never over shared memory, whatever it is copied from. */
function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(end - start)
  copy.set(bytes.subarray(start, end))
  return copy
}

/** Where the piece that begins at `start` ends, never inside a surrogate pair. */
function pieceEnd(s: string, start: number): number {
  const end = start + PIECE
  if (end >= s.length) return s.length
  const unit = s.charCodeAt(end)
  return unit >= 0xdc00 && unit <= 0xdfff ? end - 1 : end
}

/** ES2024, in V8 since 11.1; the library types of ES2023 do not have it. */
function isWellFormed(s: string): boolean {
  return (s as unknown as { isWellFormed(): boolean }).isWellFormed()
}
