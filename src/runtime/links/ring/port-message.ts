import type { RingMemory } from './layout.js'

/** What goes over the port of a pair beside its rings. */
export type PortMessage =
  /** Somebody has something to read, or room to write. */
  | typeof BELL
  /** The first ring of a direction, or, under the number of a record, the one that goes on. */
  | { readonly kind: 'ring'; readonly number: number; readonly ring: RingMemory }
  /** A frame that does not go into a ring, for the record of that number. */
  | Posted
  /** So many bytes of posted frames have been taken. */
  | { readonly kind: 'taken'; readonly bytes: number }
  /** What had no room when the link closed; a number is that of a posted frame. */
  | { readonly kind: 'rest'; readonly frames: readonly Waiting[] }

export interface Posted {
  readonly kind: 'frame'
  readonly number: number
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly attachments: readonly object[]
}

/** A frame that waits for room in the ring, or the number of one that was posted. */
export type Waiting = Uint8Array<ArrayBuffer> | number

export const BELL = 0
