import type { Cell, Ending } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import { Envelope, ownPost } from '../kernel/message.js'
import { TimerEntry, type Timing } from '../timing/timer-entry.js'
import { admit } from '../turns/admission.js'
import { nameOf } from '../turns/failing.js'

type Run = () => unknown

/**
 * The timers of one incarnation of an actor. What they run are turns of its mailbox.
 *
 * - **Ordering**: timers of the same millisecond run in the order they were set.
 */
export class ActorTimers implements Ending {
  readonly #core: Core
  readonly #cell: Cell
  readonly #entries = new Map<string, TimerEntry>()
  #made = 0

  constructor(core: Core, cell: Cell) {
    this.#core = core
    this.#cell = cell
  }

  /** Sets a timer, in the place of one with the same key; returns the key. */
  set(timing: Timing, run: Run, key: string | undefined): string {
    const name = key ?? this.#freeKey()
    this.cancel(name)
    const entry = new TimerEntry(timing, this.#core.world.clock.now(), () => this.#due(name, entry, run))
    this.#entries.set(name, entry)
    this.#core.retain()
    this.#arm(name, entry)
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

  #remove(key: string, entry: TimerEntry): void {
    this.#entries.delete(key)
    this.#core.deadlines.remove(entry)
    this.#core.release()
  }

  /** One that is never due again is gone. */
  #arm(key: string, entry: TimerEntry): void {
    const { clock } = this.#core.world
    const delayMs = entry.delayMs(clock.now(), clock.wall())
    if (delayMs !== undefined) return this.#core.deadlines.after(entry, delayMs)
    this.#remove(key, entry)
    this.#core.world.log.info(`${nameOf(this.#cell)}: the schedule of timer "${key}" has no further moment; the timer has ended`)
  }

  #due(key: string, entry: TimerEntry, run: Run): void {
    if (entry.isEarly(this.#core.world.clock.wall())) return this.#arm(key, entry)
    this.#core.counters.sent()
    admit(
      this.#core,
      this.#cell,
      new Envelope(ownPost(this.#cell, key, { run: () => this.#fire(key, entry, run), where: 'timer', request: null }), [], null),
    )
  }

  /** One that was cancelled or replaced while its turn waited does nothing. */
  #fire(key: string, entry: TimerEntry, run: Run): unknown {
    if (this.#entries.get(key) !== entry) return undefined
    if (!entry.repeats) {
      this.#remove(key, entry)
      return run()
    }
    entry.fired()
    const again = (): void => {
      if (this.#entries.get(key) === entry) this.#arm(key, entry)
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
