import type { TextBytes } from '../base/world.js'
import { DecodeError } from './errors.js'
import { SHORT_STRING, TAG } from './tags.js'
import { Words } from './words.js'

const fromCharCode = String.fromCharCode

/**
 * Reads what `ByteWriter` wrote. A reader that is opened again for each message knows the short strings it has met.
 *
 * - **Errors**: every read throws `DecodeError` when the bytes do not hold what it asks for; nothing is allocated from a size that was not
 *   checked against what is left.
 * - **Ownership**: what it returns holds no bytes of the source.
 */
export class ByteReader {
  private readonly text: TextBytes
  private source: Uint8Array
  private view: DataView | undefined
  private at: number
  private end: number
  private words: Words | undefined

  constructor(text: TextBytes, bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.text = text
    this.source = bytes
    this.at = start
    this.end = Math.min(end, bytes.length)
  }

  /** Goes on with other bytes. */
  open(bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    if (this.source !== bytes) this.view = undefined
    this.source = bytes
    this.at = start
    this.end = Math.min(end, bytes.length)
    this.words ??= new Words()
  }

  get position(): number {
    return this.at
  }

  /** Goes back to where it was before. */
  back(position: number): void {
    this.at = position
  }

  get remaining(): number {
    return this.end - this.at
  }

  u8(): number {
    if (this.at >= this.end) throw truncated(1, 0)
    return this.source[this.at++] as number
  }

  u32(): number {
    const at = this.skip(4)
    return this.data().getUint32(at, true)
  }

  f64(): number {
    const at = this.skip(8)
    return this.data().getFloat64(at, true)
  }

  varint(): number {
    let byte = this.u8()
    if (byte < 0x80) return byte
    let n = byte & 0x7f
    for (let scale = 0x80; scale <= 2 ** 49; scale *= 0x80) {
      byte = this.u8()
      n += (byte & 0x7f) * scale
      if (byte < 0x80 && n <= Number.MAX_SAFE_INTEGER) return n
      if (byte < 0x80) break
    }
    throw new DecodeError('a varint is larger than 2^53 - 1')
  }

  /** A string in any of its forms; `tag` is its first byte, where that was read already. */
  string(tag: number = this.u8()): string {
    if (tag >= TAG.shortString && tag < TAG.shortString + SHORT_STRING) return this.ascii(tag - TAG.shortString)
    if (tag === TAG.smallString) return this.utf8(this.u8())
    if (tag === TAG.string) return this.utf8(this.u32())
    if (tag === TAG.unitString) return this.units(this.u32())
    throw new DecodeError(`a string cannot begin with the byte ${tag}`)
  }

  /** A copy of the next `sizeBytes` bytes. */
  bytes(sizeBytes: number): Uint8Array<ArrayBuffer> {
    const at = this.skip(sizeBytes)
    const copy = new Uint8Array(sizeBytes)
    copy.set(this.source.subarray(at, at + sizeBytes))
    return copy
  }

  private ascii(size: number): string {
    const at = this.skip(size)
    const { source } = this
    if (size === 0) return ''
    if (size === 1 && (source[at] as number) < 0x80) return fromCharCode(source[at] as number)
    const word = this.words === undefined ? this.text.read(source, at, at + size) : this.words.word(source, at, at + size)
    if (word === undefined || word.length !== size) throw new DecodeError('a short string holds a byte that is not ASCII')
    return word
  }

  private utf8(sizeBytes: number): string {
    const at = this.skip(sizeBytes)
    return this.text.read(this.source, at, at + sizeBytes)
  }

  private units(size: number): string {
    const at = this.skip(size * 2)
    const view = this.data()
    const pieces: string[] = []
    for (let from = 0; from < size; from += 4096) {
      const units = new Array<number>(Math.min(4096, size - from))
      for (let i = 0; i < units.length; i++) units[i] = view.getUint16(at + (from + i) * 2, true)
      pieces.push(fromCharCode(...units))
    }
    return pieces.join('')
  }

  /** Passes over bytes that must be there and returns where they begin. */
  private skip(sizeBytes: number): number {
    const { at } = this
    if (sizeBytes > this.end - at) throw truncated(sizeBytes, this.end - at)
    this.at = at + sizeBytes
    return at
  }

  private data(): DataView {
    this.view ??= new DataView(this.source.buffer, this.source.byteOffset, this.source.byteLength)
    return this.view
  }
}

function truncated(wanted: number, left: number): DecodeError {
  return new DecodeError(`the bytes end early: ${wanted} wanted, ${left} left`)
}
