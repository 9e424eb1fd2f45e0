/**
 * Which threads run and which sleep, in memory of all threads of a system: one Int32 a slot.
 *
 *   0 no thread │ 1 awake: it looks at its rings by itself │ 2 + life parked: it must be rung for
 *
 * A thread that parks stores 2 + life, then looks at its rings once more; who publishes stores the tail of a ring, then looks here. So either
 * the one sees the record or the other sees that it is parked, and of several who see it one takes it back, and rings. Who has not heard yet that a
 * thread has ended must not take it back from the next one in its slot, since it would ring where nobody hears it: hence the life.
 */
export type AwakeMemory = Int32Array<SharedArrayBuffer>

const NOBODY = 0
const AWAKE = 1
const PARKED = 2

export function newAwakeMemory(slots: number): AwakeMemory {
  return new Int32Array(new SharedArrayBuffer(slots * Int32Array.BYTES_PER_ELEMENT))
}

/** One of the threads that have been in a slot, one after another. */
export interface SlotLife {
  readonly slot: number
  readonly life: number
}

/** What one thread knows of who is awake. */
export class Awake {
  readonly #memory: AwakeMemory
  readonly #slot: number
  readonly #parked: number

  constructor(memory: AwakeMemory, { slot, life }: SlotLife) {
    this.#memory = memory
    this.#slot = slot
    this.#parked = PARKED + life
  }

  /** From now on this thread looks by itself. */
  wake(): void {
    Atomics.store(this.#memory, this.#slot, AWAKE)
  }

  /** From now on it must be rung for; it has to look once more after this. */
  park(): void {
    Atomics.store(this.#memory, this.#slot, this.#parked)
  }

  /** Whether the caller must ring for another thread. */
  mustRing({ slot, life }: SlotLife): boolean {
    const parked = PARKED + life
    return Atomics.load(this.#memory, slot) === parked && Atomics.compareExchange(this.#memory, slot, parked, AWAKE) === parked
  }

  /** How many threads run. */
  get count(): number {
    let count = 0
    for (let slot = 0; slot < this.#memory.length; slot++) if (Atomics.load(this.#memory, slot) === AWAKE) count++
    return count
  }
}

/** The thread of a slot has ended. */
export function clearAwake(memory: AwakeMemory, slot: number): void {
  Atomics.store(memory, slot, NOBODY)
}
