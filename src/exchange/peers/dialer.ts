import { type Backoff, backoffMs } from '../../base/backoff.js'
import type { World } from '../../base/world.js'
import type { Address } from '../transports/address.js'
import type { OnWire, Transport } from '../transports/transport.js'

export interface DialerOptions {
  readonly world: Pick<World, 'scheduler' | 'random'>
  readonly transport: Transport
  readonly address: Address
  /** How long to wait after an attempt that failed, or the loss of a link, for the next attempt; `false` is one attempt and no more. */
  readonly retries: Backoff | false
  /** How long an attempt may take until there is a wire. */
  readonly connectMs: number
  readonly onWire: OnWire
  /** An attempt came to nothing; `isLast`: there will be no other. */
  readonly onFailed: (error: Error, isLast: boolean) => void
}

/**
 * Keeps up one connection to an address: tries, and tries again after a delay, by default fixed, as the original does (OSE-SEMANTICS P4).
 *
 *   state     │ event                    │ next
 *   dialing   │ a wire                   │ linked
 *   dialing   │ failed, or too slow      │ waiting, or over without retries
 *   linked    │ lost                     │ waiting, or over without retries
 *   linked    │ lost as a duplicate      │ parked
 *   parked    │ the other link has ended │ dialing
 *   waiting   │ the delay has passed     │ dialing
 *   any       │ close                    │ over
 */
export class Dialer {
  readonly #options: DialerOptions
  #state: 'dialing' | 'linked' | 'waiting' | 'parked' | 'over' = 'waiting'
  #attempts = 0
  #cancel: () => void = () => undefined
  #giveUp: () => void = () => undefined

  constructor(options: DialerOptions) {
    this.#options = options
  }

  get state(): 'dialing' | 'linked' | 'waiting' | 'parked' | 'over' {
    return this.#state
  }

  dial(): void {
    if (this.#state === 'over' || this.#state === 'dialing' || this.#state === 'linked') return
    this.#cancel()
    this.#state = 'dialing'
    const { world, transport, address, connectMs, onWire } = this.#options
    this.#giveUp = transport.connect(address, {
      onWire: (wire) => {
        this.#cancel()
        this.#state = 'linked'
        return onWire(wire)
      },
      onFailed: (error) => this.#failed(error),
    })
    this.#cancel = world.scheduler.timer(connectMs, () => {
      this.#giveUp()
      this.#failed(new Error(`no connection within ${connectMs} ms`))
    })
  }

  /** The link over its wire has ended. A duplicate waits for `resume`; what was given up for good is not dialed again. */
  lost(kind: 'lost' | 'duplicate' | 'final'): void {
    if (this.#state !== 'linked') return
    if (kind === 'duplicate') this.#state = 'parked'
    else if (kind === 'final') this.#state = 'over'
    else this.#wait()
  }

  /** Its link is up: delays begin anew. */
  proved(): void {
    this.#attempts = 0
  }

  /** The link for whose sake it was parked has ended. */
  resume(): void {
    if (this.#state === 'parked') this.#wait()
  }

  /** Whether there will be another attempt. */
  get isOver(): boolean {
    return this.#state === 'over'
  }

  close(): void {
    if (this.#state === 'dialing') this.#giveUp()
    this.#cancel()
    this.#state = 'over'
  }

  #failed(error: Error): void {
    if (this.#state !== 'dialing') return
    this.#cancel()
    this.#wait()
    this.#options.onFailed(error, this.isOver)
  }

  #wait(): void {
    const { retries, world } = this.#options
    if (retries === false) {
      this.#state = 'over'
      return
    }
    this.#state = 'waiting'
    // The first wait is that before a second attempt.
    const delayMs = backoffMs(retries, ++this.#attempts + 1, world.random)
    this.#cancel = world.scheduler.timer(delayMs, () => this.dial())
  }
}
