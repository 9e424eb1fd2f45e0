import { TimerWheel, type WheelEntry } from '../../base/timer-wheel.js'
import type { World } from '../../base/world.js'
import type { Call } from './call.js'

/**
 * The timers of a thread. A call is armed at the end of the slice it began in: most have been answered by then and never
 * touch the wheel or the clock. A deadline is therefore late by what is left of a slice, never early.
 */
export class Deadlines {
  readonly #wheel: TimerWheel
  readonly #world: Pick<World, 'clock' | 'scheduler'>
  #fresh: Call[] = []
  #hostDue = Number.POSITIVE_INFINITY
  #cancelHost: (() => void) | null = null
  readonly #onHostTimer = (): void => this.#wake()

  constructor(world: Pick<World, 'clock' | 'scheduler'>) {
    this.#world = world
    this.#wheel = new TimerWheel(world.clock.now())
  }

  get size(): number {
    return this.#wheel.size
  }

  /** Arms a call at the next tick; the caller asks for one. */
  armSoon(call: Call): void {
    this.#fresh.push(call)
  }

  /** Arms a call now, when somebody asks what is left. */
  armNow(call: Call): void {
    if (call.due >= 0 || call.settled) return
    this.#arm(call, this.#world.clock.now())
    this.#settleHost()
  }

  /** Arms what began since the last tick and fires what fell due. */
  tick(nowMs: number): void {
    const fresh = this.#fresh
    if (fresh.length > 0) {
      this.#fresh = []
      for (const call of fresh) if (!call.settled && call.due < 0) this.#arm(call, nowMs)
    }
    this.#wheel.advance(nowMs)
    this.#settleHost()
  }

  /** Adds any other timer, `delayMs` from now. */
  after(entry: WheelEntry, delayMs: number): void {
    this.#wheel.add(entry, this.#world.clock.now() + delayMs)
    this.#settleHost()
  }

  remove(entry: WheelEntry): void {
    this.#wheel.remove(entry)
  }

  close(): void {
    this.#cancelHost?.()
    this.#cancelHost = null
    this.#hostDue = Number.NEGATIVE_INFINITY
  }

  #arm(call: Call, nowMs: number): void {
    const due = Math.min(nowMs + call.timeoutMs, call.capMs)
    if (due === Number.POSITIVE_INFINITY) return
    this.#wheel.add(call, due)
  }

  #wake(): void {
    this.#cancelHost = null
    this.#hostDue = Number.POSITIVE_INFINITY
    this.#wheel.advance(this.#world.clock.now())
    this.#settleHost()
  }

  /** Keeps one timer of the host set for whatever is due first. */
  #settleHost(): void {
    const next = this.#wheel.nextDue()
    if (next >= this.#hostDue) return
    this.#cancelHost?.()
    this.#hostDue = next
    this.#cancelHost = this.#world.scheduler.timer(Math.max(0, next - this.#world.clock.now()), this.#onHostTimer)
  }
}
