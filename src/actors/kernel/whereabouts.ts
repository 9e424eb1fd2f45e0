import type { TextBytes } from '../../base/world.js'
import type { Cell } from './cell.js'
import type { Post } from './message.js'
import {
  CELL,
  DEBUGGED,
  METHOD,
  NAMELESS,
  nameAt,
  numbersOf,
  OPEN_TURNS,
  openAt,
  TEXT_BYTES,
  TRIPS,
  textOf,
  VITALS,
  type VitalsMemory,
  vitalsOf,
} from './vitals.js'

const LONGEST_LABEL = 80
/** UTF-8 needs three bytes a character at most. */
const LONGEST_BYTES = LONGEST_LABEL * 3

/** A stretch of time in which the event loop did not come round. */
export interface Held {
  readonly from: number
  readonly until: number
  /** Turns that began in it; the last of them. */
  readonly turns: number
  readonly last: ShownTurn | null
  /** What had awaited something and ended lately. */
  readonly ended: readonly ShownTurn[]
}

/** Somebody's turn. */
export interface ShownTurn {
  readonly cell: number
  /** The label of its method. */
  readonly method: number
}

/**
 * Writes where its thread is. Turns write themselves, into {@link Core.place}: a call for each would cost more than the turn's own bookkeeping
 * (measured: 8 % of a tell, against nothing to be seen).
 */
export class Whereabouts {
  /** Told at the next trip that is asked for. */
  onTrip: (() => void) | null = null
  /** Told of trips that took `holdMs` or more. */
  onHeld: (held: Held) => void = () => undefined
  readonly numbers: Int32Array
  readonly #vitals: Float64Array
  readonly #bytes: Uint8Array
  readonly #text: TextBytes
  readonly #originMs: number
  readonly #holdMs: number
  readonly #labels = new Map<string, number>()
  readonly #methods = new Map<string, number>()
  #end = NAMELESS + 1
  #delivered = 0
  #longestMs = 0

  /** `originMs` is the machine's time at which the clock of the thread was 0. */
  constructor(memory: VitalsMemory, text: TextBytes, { originMs, holdMs }: { readonly originMs: number; readonly holdMs: number }) {
    this.numbers = numbersOf(memory)
    this.#vitals = vitalsOf(memory)
    this.#bytes = textOf(memory)
    this.#text = text
    this.#originMs = originMs
    this.#holdMs = holdMs
  }

  /** The label of a message's method. */
  labelOf({ methods }: Cell, { own, method }: Post): number {
    if (own !== null && own.where !== 'method') return this.#label(`a ${own.where}`)
    const known = this.#methods.get(method)
    if (known !== undefined) return known
    if (own === null && (methods === null || !Object.hasOwn(methods, method))) return NAMELESS
    const label = this.#label(`${method}()`)
    this.#methods.set(method, label)
    return label
  }

  /** Code of an actor runs that is no turn of a message. */
  enterFor(cell: Cell, what: string): void {
    this.numbers[CELL] = cell.number
    this.numbers[METHOD] = this.#label(what)
  }

  /** Lets an actor be called by its name. */
  name({ number, spec: { definition, name } }: Cell): void {
    if (definition.light) return
    const at = nameAt(number)
    this.numbers[at] = number
    this.numbers[at + 1] = this.#label(`${definition.kind} "${name}"`)
  }

  /** The event loop has been asked for a trip. `delivered` counts turns. */
  asked(nowMs: number, delivered: number): void {
    this.#vitals[VITALS.asked] = nowMs + this.#originMs
    this.numbers[TRIPS] = ((this.numbers[TRIPS] as number) + 1) | 0
    this.#delivered = delivered
    this.onTrip?.()
  }

  /** The event loop has come round. */
  turned(nowMs: number, delivered: number): void {
    const from = this.#vitals[VITALS.asked] as number
    const until = nowMs + this.#originMs
    this.#vitals[VITALS.asked] = 0
    const tookMs = until - from
    if (tookMs > this.#longestMs) this.#longestMs = tookMs
    if (tookMs >= this.#holdMs) this.#held(from, until, delivered - this.#delivered)
  }

  /** Trips round the event loop so far. */
  get trips(): number {
    return this.numbers[TRIPS] as number
  }

  /** How long ago a trip was asked for that has not come; 0 when none was. */
  awaitsTripMs(nowMs: number): number {
    const asked = this.#vitals[VITALS.asked] as number
    return asked === 0 ? 0 : nowMs - asked
  }

  /** Of thread 0: a debugger is attached to the process. */
  setDebugged(is: boolean): void {
    this.numbers[DEBUGGED] = is ? 1 : 0
  }

  /** The longest trip since this was last asked, the one that goes on included. */
  takeLongest(nowMs: number): number {
    const longestMs = Math.max(this.#longestMs, this.awaitsTripMs(nowMs))
    this.#longestMs = 0
    return longestMs
  }

  /** The thread was to show that it lives, and could not: what held it was asked for by no trip, or its trip will tell, or has told. */
  missedBeat(dueMs: number, nowMs: number): void {
    const told = (this.#vitals[VITALS.heldUntil] as number) >= dueMs
    if (!told && this.awaitsTripMs(nowMs) < this.#holdMs) this.#held(dueMs, nowMs, 0)
  }

  /** What has ended so far is of no interest any more. */
  forgetEnded(): void {
    for (let i = 0; i < OPEN_TURNS; i++) if ((this.numbers[openAt(i)] as number) < 0) this.numbers[openAt(i) + 1] = 0
  }

  #held(from: number, until: number, turns: number): void {
    this.#vitals[VITALS.heldFrom] = from
    this.#vitals[VITALS.heldUntil] = until
    const ended = Array.from({ length: OPEN_TURNS }, (_, i) => this.#endedAt(openAt(i)))
    this.onHeld({ from, until, turns, last: turns === 0 ? null : this.#endedAt(CELL), ended: ended.filter((place) => place !== null) })
  }

  #endedAt(index: number): ShownTurn | null {
    const [cell = 0, method = 0] = this.numbers.subarray(index)
    return cell < 0 && method !== 0 ? { cell: ~cell, method } : null
  }

  /** Texts are never taken back: there are as many as a program has names for things, until there is no room. */
  #label(text: string): number {
    return this.#labels.get(text) ?? this.#newLabel(text)
  }

  #newLabel(text: string): number {
    const at = this.#end
    if (text === '' || at + 1 + LONGEST_BYTES > TEXT_BYTES) return NAMELESS
    const length = this.#text.write(text.slice(0, LONGEST_LABEL), this.#bytes, at + 1)
    this.#bytes[at] = length
    this.#end = at + 1 + length
    this.#labels.set(text, at)
    return at
  }
}
