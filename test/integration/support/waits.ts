/** Waits that a test begins, and what became of them. */

/** What a wait ends with, as the clerks of the fixtures tell it. */
export interface Outcome {
  readonly code?: string
  readonly delivered?: string
  readonly cause?: Outcome
  readonly value?: unknown
}

export class Waits {
  readonly #outcomes = new Map<string, Outcome>()
  readonly #wanted = new Map<string, Outcome>()

  /** Follows a wait; `work` resolves with its outcome. */
  add(label: string, wanted: Outcome, work: Promise<Outcome>): void {
    if (this.#wanted.has(label)) throw new Error(`there are two waits called "${label}"`)
    this.#wanted.set(label, wanted)
    work.then(
      (outcome) => this.#outcomes.set(label, outcome),
      (error: unknown) => this.#outcomes.set(label, { code: `the clerk failed: ${String(error)}` }),
    )
  }

  /** Those that have ended, by label. */
  get outcomes(): Readonly<Record<string, Outcome>> {
    return Object.fromEntries(this.#outcomes)
  }

  get wanted(): Readonly<Record<string, Outcome>> {
    return Object.fromEntries(this.#wanted)
  }

  get areOver(): boolean {
    return this.#outcomes.size === this.#wanted.size
  }

  /** What all have ended with after `limitMs` at most. */
  async within(limitMs: number): Promise<Readonly<Record<string, Outcome>>> {
    const end = performance.now() + limitMs
    while (!this.areOver && performance.now() < end) await new Promise<void>((resolve) => void setImmediate(resolve))
    return this.outcomes
  }
}
