const known = new WeakMap<AbortSignal, Callbacks>()

/** Callbacks of one signal, run in the order in which they came. */
class Callbacks {
  readonly #waiting = new Set<() => void>()
  readonly #signal: AbortSignal

  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', this.#run, { once: true })
  }

  add(callback: () => void): void {
    this.#waiting.add(callback)
  }

  /** True when it was the last. */
  remove(callback: () => void): boolean {
    this.#waiting.delete(callback)
    if (this.#waiting.size > 0) return false
    this.#signal.removeEventListener('abort', this.#run)
    return true
  }

  readonly #run = (): void => {
    for (const callback of [...this.#waiting]) if (this.#waiting.delete(callback)) callback()
    known.delete(this.#signal)
  }
}

/**
 * Calls `callback`, which must not throw, once when a signal that has not aborted yet does. A signal has one listener, however
 * many callbacks: Node warns of a leak when it has more than ten.
 */
export function onAbort(signal: AbortSignal, callback: () => void): void {
  let callbacks = known.get(signal)
  if (callbacks === undefined) {
    callbacks = new Callbacks(signal)
    known.set(signal, callbacks)
  }
  callbacks.add(callback)
}

/** Takes back what was given to {@link onAbort}. */
export function offAbort(signal: AbortSignal, callback: () => void): void {
  if (known.get(signal)?.remove(callback) === true) known.delete(signal)
}
