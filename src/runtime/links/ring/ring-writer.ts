import type { ByteWriter } from '../../../codec/byte-writer.js'
import {
  FRAME,
  HEAD,
  HEADER_BYTES,
  headOf,
  MAX_RECORD_BYTES,
  RESERVE_BYTES,
  type RingMemory,
  SIZE_BYTES,
  strideOf,
  TAIL,
  WAITING,
} from './layout.js'

/** The end of a ring that writes: nothing is seen by the reader before it is committed. */
export class RingWriter {
  readonly capacity: number
  readonly #numbers: Int32Array
  readonly #sizes: Int32Array
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #tail = 0
  /** Where the reader stood when it was last looked for. */
  #head = 0
  readonly #window = { start: 0, end: 0 }

  constructor({ memory, capacity }: RingMemory) {
    this.capacity = capacity
    this.#numbers = new Int32Array(memory, 0, HEADER_BYTES / 4)
    this.#sizes = new Int32Array(memory, HEADER_BYTES)
    this.#bytes = new Uint8Array(memory)
    this.#view = new DataView(memory)
  }

  /** Lets `writer` write the next record in place; false when there is no room for any. */
  begin(writer: ByteWriter): boolean {
    let room = this.#room()
    if (room < MAX_RECORD_BYTES) {
      this.#head = Atomics.load(this.#numbers, HEAD)
      room = this.#room()
      if (room <= 0) return false
    }
    const window = this.#window
    window.start = HEADER_BYTES + this.#tail + SIZE_BYTES
    window.end = window.start + Math.min(room, MAX_RECORD_BYTES)
    writer.borrow(this.#bytes, this.#view, window)
    return true
  }

  /** Publishes the record of which `begin` was the beginning. */
  commit(sizeBytes: number): void {
    this.#publish(FRAME, sizeBytes)
  }

  /** Copies a frame into the ring and publishes it; false when there is no room for it. */
  put(frame: Uint8Array): boolean {
    if (!this.#hasRoom(frame.length)) return false
    this.#bytes.set(frame, HEADER_BYTES + this.#tail + SIZE_BYTES)
    this.#publish(FRAME, frame.length)
    return true
  }

  /** Publishes a record that is a number; false when there is no room for it. */
  mark(kind: number, number: number): boolean {
    if (!this.#hasRoom(4)) return false
    this.#number(kind, number)
    return true
  }

  /** Publishes the last record of this ring, for which room is always kept: where it goes on. */
  end(kind: number, number: number): void {
    this.#number(kind, number)
  }

  /** Asks the reader to ring when it has made room; false when it has since there was none. */
  awaitRoom(): boolean {
    Atomics.store(this.#numbers, WAITING, 1)
    if (Atomics.load(this.#numbers, HEAD) === this.#head) return true
    Atomics.store(this.#numbers, WAITING, 0)
    return false
  }

  #number(kind: number, number: number): void {
    this.#view.setUint32(HEADER_BYTES + this.#tail + SIZE_BYTES, number, true)
    this.#publish(kind, 4)
  }

  #hasRoom(sizeBytes: number): boolean {
    if (this.#room() >= sizeBytes) return true
    this.#head = Atomics.load(this.#numbers, HEAD)
    return this.#room() >= sizeBytes
  }

  /** How large a record may be, so that the last one has its place behind it. */
  #room(): number {
    const tail = this.#tail
    const head = this.#head
    const kept = SIZE_BYTES + RESERVE_BYTES
    if (tail < head) return head - tail - kept
    // Where it goes on at the beginning it must not meet the reader there.
    if (head > RESERVE_BYTES) return MAX_RECORD_BYTES
    return this.capacity - tail - kept
  }

  #publish(kind: number, sizeBytes: number): void {
    this.#sizes[this.#tail >> 2] = headOf(kind, sizeBytes)
    const next = this.#tail + strideOf(sizeBytes)
    this.#tail = next >= this.capacity ? 0 : next
    Atomics.store(this.#numbers, TAIL, this.#tail)
  }
}
