import { HEAD, HEADER_BYTES, kindOf, type RingMemory, SIZE_BYTES, sizeOf, strideOf, TAIL, WAITING } from './layout.js'

/** What is made of the records of a ring. */
export interface RecordListener {
  /**
   * A record; what it consists of is there until this returns. Returns what it costs to take it in, at least 1; `Infinity` when nothing
   * may be read after it now.
   */
  onRecord(kind: number, bytes: Uint8Array, at: { readonly start: number; readonly end: number }): number
  /** There is room, and the writer waits for it. */
  onRoom(): void
}

/** So many bytes are read before the writer may have them back; at the end of what is there it gets all. */
const GIVE_BACK_BYTES = 16 * 1024

/** The end of a ring that reads. */
export class RingReader {
  readonly #numbers: Int32Array
  readonly #sizes: Int32Array
  readonly #bytes: Uint8Array
  readonly #capacity: number
  #head = 0
  #held = 0
  readonly #at = { start: 0, end: 0 }

  constructor({ memory, capacity }: RingMemory) {
    this.#capacity = capacity
    this.#numbers = new Int32Array(memory, 0, HEADER_BYTES / 4)
    this.#sizes = new Int32Array(memory, HEADER_BYTES)
    this.#bytes = new Uint8Array(memory)
  }

  /** Something has been published that was not read yet. */
  get hasMore(): boolean {
    return Atomics.load(this.#numbers, TAIL) !== this.#head
  }

  /**
   * Hands on records until they have cost `budget`, and returns what they have cost.
   *
   * - **Errors**: what the listener throws; the record that it threw on is read all the same.
   */
  read(listener: RecordListener, budget: number): number {
    const tail = Atomics.load(this.#numbers, TAIL)
    let cost = 0
    try {
      while (this.#head !== tail && cost < budget) {
        cost += this.#next(listener)
        if (this.#held >= GIVE_BACK_BYTES) this.#giveBack(listener)
      }
    } finally {
      if (this.#held > 0) this.#giveBack(listener)
    }
    return cost
  }

  #next(listener: RecordListener): number {
    const at = this.#at
    const head = this.#sizes[this.#head >> 2] as number
    const size = sizeOf(head)
    const stride = strideOf(size)
    at.start = HEADER_BYTES + this.#head + SIZE_BYTES
    at.end = at.start + size
    const next = this.#head + stride
    this.#head = next >= this.#capacity ? 0 : next
    this.#held += stride
    return listener.onRecord(kindOf(head), this.#bytes, at)
  }

  #giveBack(listener: RecordListener): void {
    this.#held = 0
    Atomics.store(this.#numbers, HEAD, this.#head)
    if (Atomics.load(this.#numbers, WAITING) === 1 && Atomics.exchange(this.#numbers, WAITING, 0) === 1) listener.onRoom()
  }
}
