import { LOOK_MS } from './silence.js'

/** How long one frame may take from its first byte to its last. */
const LONGEST_MS = 60_000

/**
 * Whether a peer ends the frames that it begins: one that lives, and lets a frame go on for ever, keeps all that comes behind it from being heard.
 * Only time in which we would have heard counts. Pure state.
 */
export class FramePace {
  #frame = 0
  #takenMs = 0

  /** False when it has taken too long; `unfinished` is the number of a frame that has begun, 0 where there is none. */
  look(sinceMs: number, unfinished: number): boolean {
    this.#takenMs = unfinished === this.#frame ? this.#takenMs + Math.min(sinceMs, LOOK_MS) : 0
    this.#frame = unfinished
    return unfinished === 0 || this.#takenMs < LONGEST_MS
  }
}
