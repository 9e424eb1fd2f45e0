import type { Target } from '../kernel/ports.js'

/** One actor behind a pool. */
export class Worker {
  readonly target: Target
  /** Messages it was given and has not finished. */
  busy = 0
  #onFree: (() => void) | null = null

  constructor(target: Target) {
    this.target = target
  }

  finished(): void {
    this.busy--
    if (this.busy === 0) this.#onFree?.()
  }

  /** Resolves when it has no work left. */
  free(): Promise<void> {
    if (this.busy === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#onFree = resolve
    })
  }
}
