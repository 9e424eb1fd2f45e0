/**
 * What a thread shows of itself in memory that the others read when it cannot answer. Only the thread writes.
 *
 *   f64 × 8    moments and figures, see {@link VITALS}
 *   i32 × 4    cell │ method │ trips │ debugged   the turn that runs; trips round the event loop so far; of thread 0: 1 while a
 *                                                 debugger is attached to the process
 *   i32 × 32   cell │ method … turns that await something, by the last bits of their cells' numbers
 *              A cell whose turn has ended is inverted; a method of 0 is none.
 *   i32 × 512  cell │ name …   what actors are called that have a name, by the same; the newest of those that share a place
 *   text       u8 length │ UTF-8 …   labels of methods and names are the offsets of their texts
 */

/** Doubles, all times in milliseconds of the machine's monotonic clock, 0 for none. */
export const VITALS = {
  /** When a trip of the event loop was asked for that has not come. */
  asked: 0,
  /** When the thread is next to show that it lives. */
  beatDue: 1,
  /** The last time that the event loop was held for long. */
  heldFrom: 2,
  heldUntil: 3,
  loopDelayMs: 4,
  loopUtilization: 5,
  heapUsedBytes: 6,
  heapLimitBytes: 7,
} as const

/** Indices among the numbers. */
export const CELL = 0
export const METHOD = 1
export const TRIPS = 2
export const DEBUGGED = 3
const OPEN = 4
export const OPEN_TURNS = 16
const NAMES = OPEN + OPEN_TURNS * 2
const NAMED_ACTORS = 256
const NUMBERS = NAMES + NAMED_ACTORS * 2
const NUMBERS_AT = 64
const TEXT_AT = NUMBERS_AT + NUMBERS * Int32Array.BYTES_PER_ELEMENT
export const TEXT_BYTES = 2 ** 15
/** The label of what has none: there was no room, or the method is none of its actor. */
export const NAMELESS = 1

/** Bytes that a thread needs. */
export const VITALS_BYTES = TEXT_AT + TEXT_BYTES

/** Where a cell's turn is that awaits something. */
export function openAt(cell: number): number {
  return OPEN + (cell & (OPEN_TURNS - 1)) * 2
}

/** Where a cell's name is. */
export function nameAt(cell: number): number {
  return NAMES + (cell & (NAMED_ACTORS - 1)) * 2
}

/** Where the memory of one thread lies. */
export interface VitalsMemory {
  readonly buffer: ArrayBufferLike
  readonly offset: number
}

/** The doubles of a thread. */
export function vitalsOf({ buffer, offset }: VitalsMemory): Float64Array {
  return new Float64Array(buffer, offset, NUMBERS_AT / Float64Array.BYTES_PER_ELEMENT)
}

/** What a thread has measured of itself. */
export function healthOf(memory: VitalsMemory): Float64Array {
  return vitalsOf(memory).subarray(VITALS.loopDelayMs)
}

/** Since when its event loop has not come round, though it was asked to or was due to; 0 when it has. */
export function heldSince(vitals: Float64Array, nowMs: number): number {
  const [asked, due] = [vitals[VITALS.asked] as number, vitals[VITALS.beatDue] as number]
  if (asked !== 0) return asked
  return due !== 0 && nowMs > due ? due : 0
}

/** Its numbers. */
export function numbersOf({ buffer, offset }: VitalsMemory): Int32Array {
  return new Int32Array(buffer, offset + NUMBERS_AT, NUMBERS)
}

/** Its text. */
export function textOf({ buffer, offset }: VitalsMemory): Uint8Array {
  return new Uint8Array(buffer, offset + TEXT_AT, TEXT_BYTES)
}

/** The turn that runs awaits something: it goes on when nobody sees. */
export function openPlace(place: Int32Array, cell: number, label: number): void {
  const at = openAt(cell)
  place[at] = cell
  place[at + 1] = label
}

/** It has ended; another in its place is forgotten, too. */
export function closePlace(place: Int32Array, cell: number): void {
  place[openAt(cell)] = ~cell
}

/** Code of an actor has ended: what runs now is not known. */
export function leavePlace(place: Int32Array, cell: number): void {
  place[CELL] = ~cell
}

/** Numbers that nobody reads. */
export function unwatched(): Int32Array {
  return new Int32Array(NAMES)
}

/** Nobody lives there any more. */
export function clearVitals(memory: VitalsMemory): void {
  vitalsOf(memory).fill(0)
  numbersOf(memory).fill(0)
}
