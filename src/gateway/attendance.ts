import { Departure } from './departure.js'

/**
 * The questions that are being answered, in no order.
 *
 * - **Cost**: no `Set`: one that grows and shrinks is copied again and again, and each copy keeps what it held reachable from the one before
 *   until the next full collection, with all that hangs on it.
 */
export class Attendance {
  readonly #present: Departure[] = []
  #onQuiet: (() => void) | null = null

  /** A question has come. */
  enter(): Departure {
    const departure = new Departure(this.#present.length)
    this.#present.push(departure)
    return departure
  }

  /** A question was answered; once for each that has come. */
  exit({ place }: Departure): void {
    const last = this.#present.pop() as Departure
    if (place < this.#present.length) {
      this.#present[place] = last
      last.place = place
    }
    if (this.#present.length === 0) this.#onQuiet?.()
  }

  /** Ends the calls of all that are there. */
  dismiss(reason: unknown): void {
    for (const departure of [...this.#present]) departure.leave(reason)
  }

  /** Resolves when nobody is there. */
  async quiet(): Promise<void> {
    while (this.#present.length > 0) {
      await new Promise<void>((resolve) => {
        this.#onQuiet = resolve
      })
    }
  }
}
