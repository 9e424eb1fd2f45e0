import type { Clock } from '../../base/world.js'
import type { ProcessName } from '../protocol/process-name.js'

const DAY_MS = 86_400_000
/** After which somebody else has to be using the same id. */
const MOST_RENEWALS = 8

/**
 * The name of this process: its id, and a number that tells this life from earlier ones. Where others know of a later life, which a clock that was
 * set back makes, this one takes the number above (DESIGN section 5).
 */
export class OwnLife {
  readonly #clock: Pick<Clock, 'wall'>
  #name: ProcessName
  #renewals = 0

  constructor(name: ProcessName, clock: Pick<Clock, 'wall'>) {
    this.#name = name
    this.#clock = clock
  }

  get name(): ProcessName {
    return this.#name
  }

  /**
   * Others know of a life of this number, which is not this one: takes the next number. Returns why not, if it does not: nobody is believed
   * to have lived more than a day ahead.
   */
  renew(heard: number): string | undefined {
    const incarnation = Math.max(heard, this.#name.incarnation) + 1
    if (incarnation > this.#clock.wall() + DAY_MS) return `it tells of a start of this process that is more than a day ahead (${heard})`
    if (this.#renewals >= MOST_RENEWALS) return 'another process seems to use the id of this one; give each its own'
    this.#renewals++
    this.#name = { id: this.#name.id, incarnation }
    return undefined
  }
}
