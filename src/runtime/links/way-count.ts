/**
 * The requests that go one way over a link, in memory that outlives both threads.
 *
 *   doubles   0 sent, written by the thread that sends │ 1 taken in, by the thread that takes │ 2 lost │ 3 settled
 *
 * Lost is what was sent and not taken in when one of the two has ended: whoever sees that writes it, and all write the same. From then
 * on, settled is 1, and who has not ended counts no more.
 */
export type WayMemory = Float64Array<SharedArrayBuffer>

const SENT = 0
const TAKEN = 1
const LOST = 2
const SETTLED = 3
const NUMBERS = 4

export function newWayMemory(): WayMemory {
  return new Float64Array(new SharedArrayBuffer(NUMBERS * Float64Array.BYTES_PER_ELEMENT))
}

export class WayCount {
  readonly #memory: WayMemory

  constructor(memory: WayMemory) {
    this.#memory = memory
  }

  /** Before it leaves: a thread that ends in between leaves one too many, which is then lost. */
  addSent(): void {
    this.#memory[SENT] = this.sent + 1
  }

  /** What was counted as sent could not be. */
  takeBackSent(): void {
    this.#memory[SENT] = this.sent - 1
  }

  addTaken(): void {
    this.#memory[TAKEN] = this.taken + 1
  }

  /** What the thread that sends has counted, which is in another process. */
  reportSent(sent: number): void {
    this.#memory[SENT] = sent
  }

  /** What the thread that takes has counted, which is in another process. */
  reportTaken(taken: number): void {
    this.#memory[TAKEN] = taken
  }

  /** One of the two has ended: what is still on its way never arrives. */
  settle(): void {
    this.#memory[LOST] = this.sent - this.taken
    this.#memory[SETTLED] = 1
  }

  get isSettled(): boolean {
    return this.#memory[SETTLED] === 1
  }

  get sent(): number {
    return this.#memory[SENT] as number
  }

  get taken(): number {
    return this.#memory[TAKEN] as number
  }

  get lost(): number {
    return this.#memory[LOST] as number
  }
}
