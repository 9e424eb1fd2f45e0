import type { ServiceRecord } from './service-record.js'

/** Holes are closed when there are more of them than records, and more than this. */
const FEW_HOLES = 16

/**
 * The records of a log by creation: one sorted array, in which the number of a removed record stays until its holes are closed.
 *
 * - **Cost**: 8 to 12 bytes for a record besides the record; finding is logarithmic, removing too (amortized).
 */
export class RecordList implements Iterable<ServiceRecord> {
  #slots: (ServiceRecord | number)[]
  #size: number

  /** With records that are sorted already. */
  constructor(records: readonly ServiceRecord[] = []) {
    this.#slots = [...records]
    this.#size = records.length
  }

  get size(): number {
    return this.#size
  }

  /** The one appended last, if it is still there. */
  get last(): ServiceRecord | undefined {
    return liveIn(this.#slots.at(-1))
  }

  get(created: number): ServiceRecord | undefined {
    return liveIn(this.#slots[this.#indexOf(created)])
  }

  /** Takes a record that was created after all others. */
  append(record: ServiceRecord): void {
    this.#slots.push(record)
    this.#size++
  }

  /** Takes a record in place of the one with the same creation, which is there. */
  replace(record: ServiceRecord): void {
    this.#slots[this.#indexOf(record.created)] = record
  }

  /** Takes out a record that is there. */
  remove(created: number): void {
    this.#slots[this.#indexOf(created)] = created
    this.#size--
    const holes = this.#slots.length - this.#size
    if (holes > FEW_HOLES && holes > this.#size) this.#slots = [...this]
  }

  *[Symbol.iterator](): Iterator<ServiceRecord> {
    for (const slot of this.#slots) if (typeof slot !== 'number') yield slot
  }

  /** Where the record is or was; −1 when nothing is known of it. */
  #indexOf(created: number): number {
    let low = 0
    let high = this.#slots.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const found = createdIn(this.#slots[middle] as ServiceRecord | number)
      if (found === created) return middle
      if (found < created) low = middle + 1
      else high = middle - 1
    }
    return -1
  }
}

function liveIn(slot: ServiceRecord | number | undefined): ServiceRecord | undefined {
  return typeof slot === 'number' ? undefined : slot
}

function createdIn(slot: ServiceRecord | number): number {
  return typeof slot === 'number' ? slot : slot.created
}
