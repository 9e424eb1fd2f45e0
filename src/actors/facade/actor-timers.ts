import type { WheelEntry } from '../../base/timer-wheel.js'
import type { Cell, Ending } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import { ownTurn, Post } from '../kernel/message.js'
import { admit } from '../turns/admission.js'

type Run = () => unknown

/** How soon a timer of the wall clock notices that it was set: a computer that slept, a correction, the change of a virtual clock. */
const RECHECK_MS = 60_000

/** When a timer fires: once after a delay, again and again, or at a moment of the wall clock. */
export type Timing =
  | { readonly kind: 'after'; readonly delayMs: number }
  | { readonly kind: 'every'; readonly periodMs: number }
  | { readonly kind: 'at'; readonly epochMs: number }

/**
 * The timers of one incarnation of an actor. What they run are turns of its mailbox.
 *
 * - **Ordering**: timers of the same millisecond run in the order they were set.
 */
export class ActorTimers implements Ending {
  readonly #core: Core
  readonly #cell: Cell
  readonly #entries = new Map<string, Entry>()
  #made = 0

  constructor(core: Core, cell: Cell) {
    this.#core = core
    this.#cell = cell
  }

  /** Sets a timer, in the place of one with the same key; returns the key. */
  set(timing: Timing, run: Run, key: string | undefined): string {
    const name = key ?? this.#freeKey()
    this.cancel(name)
    const entry = new Entry(timing, this.#core.world.clock.now(), () => this.#due(name, entry, run))
    this.#entries.set(name, entry)
    this.#core.retain()
    this.#arm(entry)
    return name
  }

  cancel(key: string): boolean {
    const entry = this.#entries.get(key)
    if (entry === undefined) return false
    this.#remove(key, entry)
    return true
  }

  end(): void {
    for (const [key, entry] of this.#entries) this.#remove(key, entry)
  }

  #freeKey(): string {
    do this.#made++
    while (this.#entries.has(`timer-${this.#made}`))
    return `timer-${this.#made}`
  }

  #remove(key: string, entry: Entry): void {
    this.#entries.delete(key)
    this.#core.deadlines.remove(entry)
    this.#core.release()
  }

  #arm(entry: Entry): void {
    this.#core.deadlines.after(entry, entry.delayMs(this.#core.world.clock.now(), this.#core.world.clock.wall()))
  }

  #due(key: string, entry: Entry, run: Run): void {
    if (entry.isEarly(this.#core.world.clock.wall())) return this.#arm(entry)
    this.#core.counters.sent()
    admit(
      this.#core,
      this.#cell,
      ownTurn(new Post('own', this.#cell, key), { run: () => this.#fire(key, entry, run), where: 'timer', request: null }),
    )
  }

  /** One that was cancelled or replaced while its turn waited does nothing. */
  #fire(key: string, entry: Entry, run: Run): unknown {
    if (this.#entries.get(key) !== entry) return undefined
    if (entry.timing.kind !== 'every') {
      this.#remove(key, entry)
      return run()
    }
    const again = (): void => {
      if (this.#entries.get(key) === entry) this.#arm(entry)
    }
    return andThen(run, again)
  }
}

/** Runs `run` and, when it has settled either way, `next`. */
function andThen(run: Run, next: () => void): unknown {
  let result: unknown
  try {
    result = run()
  } catch (error) {
    next()
    throw error
  }
  if (result instanceof Promise) return result.finally(next)
  next()
  return result
}

class Entry implements WheelEntry {
  wheelNext: WheelEntry | null = null
  wheelPrev: WheelEntry | null = null
  due = 0
  readonly timing: Timing
  readonly onDue: () => void
  readonly #start: number

  constructor(timing: Timing, nowMs: number, onDue: () => void) {
    this.timing = timing
    this.#start = nowMs
    this.onDue = onDue
  }

  /** From now to when it fires next; a repeated one skips what it missed. */
  delayMs(nowMs: number, wallMs: number): number {
    const { timing } = this
    if (timing.kind === 'after') return timing.delayMs
    if (timing.kind === 'at') return Math.min(Math.max(0, timing.epochMs - wallMs), RECHECK_MS)
    const periods = Math.floor((nowMs - this.#start) / timing.periodMs) + 1
    return this.#start + periods * timing.periodMs - nowMs
  }

  /** It was armed only to look again, or the wall clock was set back since. */
  isEarly(wallMs: number): boolean {
    return this.timing.kind === 'at' && wallMs < this.timing.epochMs - 1
  }
}
