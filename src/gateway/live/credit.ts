/** What a client has room for. */
export class Credit {
  #count: number
  #waiting: (() => void) | null = null
  #ended = false

  constructor(count: number) {
    this.#count = count
  }

  /** Takes one; `undefined` when there is some, else a promise. Nobody waits twice at a time. */
  take(): Promise<void> | undefined {
    if (this.#ended) return undefined
    if (this.#count > 0) {
      this.#count--
      return undefined
    }
    return new Promise((resolve) => {
      this.#waiting = resolve
    })
  }

  add(count: number): void {
    if (count <= 0) return
    this.#count += count
    const waiting = this.#waiting
    if (waiting === null) return
    this.#count--
    this.#waiting = null
    waiting()
  }

  /** Nobody waits any more. */
  end(): void {
    this.#ended = true
    this.#waiting?.()
    this.#waiting = null
  }
}
