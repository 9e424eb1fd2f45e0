/**
 * Decides between two threads, one about to run a task and one about to give it up: whoever comes first has it.
 *
 *   0 waits · 1 begun · 2 given up
 */
export type Claim = Int32Array<SharedArrayBuffer>

export function newClaim(): Claim {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
}

/** The task begins now; false when it was given up. */
export function takeUp(claim: Claim): boolean {
  return Atomics.compareExchange(claim, 0, 0, 1) === 0
}

/** Nobody wants the task any more; false when it has begun. */
export function giveUp(claim: Claim): boolean {
  return Atomics.compareExchange(claim, 0, 0, 2) !== 1
}
