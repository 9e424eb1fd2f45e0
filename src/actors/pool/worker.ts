import type { Core } from '../kernel/core.js'
import type { Target } from '../kernel/ports.js'
import type { GoneListener } from '../kernel/target.js'

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

/** Calls `listener` when an actor is gone for good, at once if it already is. */
export function watchTarget(core: Core, target: Target, listener: GoneListener): void {
  if (!target.far) {
    if (target.state === 'stopped') return listener('stopped')
    target.goneListeners ??= new Set()
    target.goneListeners.add(listener)
    return
  }
  if (target.gone !== null) return listener(target.gone)
  target.onGone(listener)
  core.delivery.watch(target)
}
