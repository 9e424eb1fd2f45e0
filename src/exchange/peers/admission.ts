import type { Clock } from '../../base/world.js'

/** How many strangers are let to the handshake. */
export interface AdmissionLimits {
  /** In handshake at the same time. */
  readonly pending: number
  /** New ones in a second; as many may come at once after a quiet second. */
  readonly perSecond: number
}

/** Lets strangers to the handshake, or not: a bucket of places that fills again with time, beside a number of places. */
export class Admission {
  readonly #limits: AdmissionLimits
  readonly #clock: Pick<Clock, 'now'>
  #left: number
  #lookedMs: number
  #pending = 0
  #turnedAway = 0

  constructor(limits: AdmissionLimits, clock: Pick<Clock, 'now'>) {
    this.#limits = limits
    this.#clock = clock
    this.#left = limits.perSecond
    this.#lookedMs = clock.now()
  }

  get pending(): number {
    return this.#pending
  }

  /** Strangers that were not let in. */
  get turnedAway(): number {
    return this.#turnedAway
  }

  /** Whether one more may come in, which counts as pending until `leave`. */
  enter(): boolean {
    const { pending, perSecond } = this.#limits
    const nowMs = this.#clock.now()
    this.#left = Math.min(perSecond, this.#left + ((nowMs - this.#lookedMs) / 1000) * perSecond)
    this.#lookedMs = nowMs
    if (this.#pending >= pending || this.#left < 1) {
      this.#turnedAway++
      return false
    }
    this.#left--
    this.#pending++
    return true
  }

  /** One of those that came in is a stranger no more, or gone. */
  leave(): void {
    this.#pending--
  }
}
