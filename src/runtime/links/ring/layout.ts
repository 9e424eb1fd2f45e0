/**
 * One direction of a link: a ring of bytes in shared memory, with one thread that writes and one that reads.
 *
 *   byte    0  tail     where the next record will be written; stored by the writer, read by both
 *          64  head     where the next record will be read; stored by the reader, read by both
 *         128  waiting  1 while the writer has no room: set by the writer, taken back by the reader, who then rings
 *         192  records, `capacity` bytes of them, and behind those room for the end of one that begins before their end
 *
 *   record  u32  size of what follows × 4 + kind
 *                kind 0 a frame │ 1 u32: number of a frame that was posted │ 2 u32: number of the ring that goes on, which was posted
 *           size bytes, then none to three more: a record begins at a multiple of four
 *
 * Tail and head are in bytes from the first record; a record that ends at `capacity` or beyond is followed by one at 0. Equal is empty.
 * Each has a cache line (64 bytes) of its own, since it is written while the other is read.
 *
 * What makes it safe (ECMAScript memory model: sequentially consistent atomics order what is around them):
 *
 *   writer  the bytes of a record, then store of tail       reader  load of tail, then the bytes
 *   reader  done with the bytes, then store of head         writer  load of head, then other bytes in their place
 *   writer  store of waiting, then load of head             reader  store of head, then load of waiting
 *
 * In the last pair at least one of the two sees what the other has stored, so that no writer waits for ever. A thread that ends between
 * two instructions has published its record, or it has not: there is nothing between.
 */
export const HEADER_BYTES = 192

/** Indices of the header's numbers in an Int32Array over the whole memory. */
export const TAIL = 0
export const HEAD = 16
export const WAITING = 32

export const FRAME = 0
export const POSTED = 1
export const MOVED = 2
const KIND_BITS = 2

/** A record of this size and below goes into the ring, a larger one to the port. */
export const MAX_RECORD_BYTES = 16 * 1024
/** What stands before each record. */
export const SIZE_BYTES = 4
/** Kept free, for the record that says where it goes on. */
export const RESERVE_BYTES = 16

/** The capacity of the first ring of a direction, and of the largest. */
export const FIRST_CAPACITY = 64 * 1024
export const LAST_CAPACITY = 1024 * 1024

/** A ring as it is made and posted. */
export interface RingMemory {
  readonly memory: SharedArrayBuffer
  readonly capacity: number
}

export function newRing(capacity: number): RingMemory {
  return { memory: new SharedArrayBuffer(bytesOfRing(capacity)), capacity }
}

/** What a ring takes. */
export function bytesOfRing(capacity: number): number {
  return HEADER_BYTES + capacity + SIZE_BYTES + MAX_RECORD_BYTES + RESERVE_BYTES
}

export function headOf(kind: number, sizeBytes: number): number {
  return (sizeBytes << KIND_BITS) | kind
}

export function kindOf(head: number): number {
  return head & ((1 << KIND_BITS) - 1)
}

export function sizeOf(head: number): number {
  return head >>> KIND_BITS
}

/** The number of what is posted next: as many as 32 bits hold, then those from 1 again, which nothing on its way has any more. */
export function numberAfter(number: number): number {
  return number === 0xffff_ffff ? 1 : number + 1
}

/** How far a record of this size reaches. */
export function strideOf(sizeBytes: number): number {
  return (SIZE_BYTES + sizeBytes + 3) & ~3
}
