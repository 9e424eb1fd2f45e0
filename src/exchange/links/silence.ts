/** How long a peer may say nothing before it counts as lost, and how often we say something. */
export interface Liveness {
  readonly leaseMs: number
  readonly beatMs: number
}

/** How often it is looked; a lease ends so much late at most. */
export const LOOK_MS = 500

/**
 * How long nothing has been heard of a peer. Only time in which we would have heard counts: a look that comes late, because this process was
 * busy or stopped, adds no more than one that comes in time. Pure state.
 */
export class Silence {
  readonly #liveness: Liveness
  #silentMs = 0
  #quietMs = 0

  constructor(liveness: Liveness) {
    this.#liveness = liveness
  }

  heard(): void {
    this.#silentMs = 0
  }

  said(): void {
    this.#quietMs = 0
  }

  /** What is due when it is looked; `sinceMs` is the time since the last look. */
  look(sinceMs: number): 'nothing' | 'beat' | 'lost' {
    const awakeMs = Math.min(sinceMs, LOOK_MS)
    this.#silentMs += awakeMs
    this.#quietMs += awakeMs
    if (this.#silentMs >= this.#liveness.leaseMs) return 'lost'
    return this.#quietMs >= this.#liveness.beatMs ? 'beat' : 'nothing'
  }
}
