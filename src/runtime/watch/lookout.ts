import {
  CELL,
  DEBUGGED,
  heldSince,
  NAMELESS,
  nameAt,
  numbersOf,
  OPEN_TURNS,
  openAt,
  TRIPS,
  textOf,
  VITALS,
  type VitalsMemory,
  vitalsOf,
} from '../../actors/kernel/vitals.js'
import type { ShownTurn } from '../../actors/kernel/whereabouts.js'
import type { TextBytes } from '../../base/world.js'

/** Reads where a thread is. */
export class Lookout {
  readonly vitals: Float64Array
  readonly #numbers: Int32Array
  readonly #bytes: Uint8Array
  readonly #text: TextBytes

  constructor(memory: VitalsMemory, text: TextBytes) {
    this.vitals = vitalsOf(memory)
    this.#numbers = numbersOf(memory)
    this.#bytes = textOf(memory)
    this.#text = text
  }

  get trips(): number {
    return this.#numbers[TRIPS] as number
  }

  /** Of thread 0: a debugger is attached to the process. */
  get debugged(): boolean {
    return this.#numbers[DEBUGGED] === 1
  }

  /** Since when its event loop has not come round; 0 when it has. */
  heldSince(nowMs: number): number {
    return heldSince(this.vitals, nowMs)
  }

  /** It shows from time to time that it lives, and did so when it last was to, or has been late with it for less than `lateMs`. */
  isLively(nowMs: number, lateMs: number): boolean {
    const due = this.vitals[VITALS.beatDue] as number
    return due !== 0 && nowMs < due + lateMs
  }

  /** The turn that runs. */
  get current(): ShownTurn | null {
    return this.#placeAt(CELL)
  }

  /** The turns that await something, or some of them. */
  get open(): readonly ShownTurn[] {
    const places = Array.from({ length: OPEN_TURNS }, (_, i) => this.#placeAt(openAt(i)))
    return places.filter((place) => place !== null)
  }

  /** What its actor is called; empty when that is not known here. */
  actorOf({ cell }: ShownTurn): string {
    const at = nameAt(cell)
    return this.#numbers[at] === cell ? this.#read(this.#numbers[at + 1] as number) : ''
  }

  /** What runs: a method, a timer; empty when that is not known here. */
  methodOf({ method }: ShownTurn): string {
    return this.#read(method)
  }

  #placeAt(index: number): ShownTurn | null {
    const [cell = 0, method = 0] = this.#numbers.subarray(index)
    return cell >= 0 && method !== 0 ? { cell, method } : null
  }

  #read(label: number): string {
    if (label <= NAMELESS) return ''
    const length = this.#bytes[label] as number
    // Text in shared memory cannot be decoded in place.
    return this.#text.read(this.#bytes.slice(label + 1, label + 1 + length), 0, length)
  }
}
