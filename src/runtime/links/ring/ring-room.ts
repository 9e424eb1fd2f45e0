/** What each thread has made its rings larger by, in KiB: one Int32 a slot, written by that thread. */
export type RingRoomMemory = Int32Array<SharedArrayBuffer>

const KIB = 1024

export function newRingRoomMemory(slots: number): RingRoomMemory {
  return new Int32Array(new SharedArrayBuffer(slots * Int32Array.BYTES_PER_ELEMENT))
}

/** What all rings of a system together may grow by. Two threads that ask at once may both get what is left for one. */
export class RingRoom {
  readonly #memory: RingRoomMemory
  readonly #slot: number
  readonly #maxBytes: number

  constructor(memory: RingRoomMemory, { slot, maxBytes }: { readonly slot: number; readonly maxBytes: number }) {
    this.#memory = memory
    this.#slot = slot
    this.#maxBytes = maxBytes
  }

  take(bytes: number): boolean {
    let used = 0
    for (let slot = 0; slot < this.#memory.length; slot++) used += Atomics.load(this.#memory, slot)
    if (used * KIB + bytes > this.#maxBytes) return false
    Atomics.add(this.#memory, this.#slot, Math.ceil(bytes / KIB))
    return true
  }

  give(bytes: number): void {
    Atomics.sub(this.#memory, this.#slot, Math.ceil(bytes / KIB))
  }
}

/** A thread has ended. */
export function clearRingRoom(memory: RingRoomMemory, slot: number): void {
  Atomics.store(memory, slot, 0)
}
