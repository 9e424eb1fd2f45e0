/** How many frames of another thread have been taken in, and who waits for how many. */
export class TakenFrames {
  #count = 0
  #waiting: { readonly frames: number; readonly resolve: () => void }[] = []

  get count(): number {
    return this.#count
  }

  add(): void {
    this.#count++
    if (this.#waiting.length > 0) this.#release(this.#count)
  }

  /** Resolves when there are so many, or when there will be no more. */
  reached(frames: number): Promise<void> {
    if (this.#count >= frames) return Promise.resolve()
    return new Promise((resolve) => void this.#waiting.push({ frames, resolve }))
  }

  /** There will be no more. */
  close(): void {
    this.#release(Number.POSITIVE_INFINITY)
  }

  #release(frames: number): void {
    const due = this.#waiting.filter((one) => one.frames <= frames)
    this.#waiting = this.#waiting.filter((one) => one.frames > frames)
    for (const { resolve } of due) resolve()
  }
}
