import { VITALS } from '../../actors/kernel/vitals.js'
import type { Held, ShownTurn } from '../../actors/kernel/whereabouts.js'
import { slotOf, type ThreadKey } from '../../base/ids.js'
import type { Logger } from '../../base/world.js'
import { decideHold, type Hold, type HoldLimits } from './hold.js'
import { endText, type HoldReport, holdFields, holdText, type Named, pastHoldText, releaseText } from './hold-text.js'
import type { Lookout } from './lookout.js'

export interface WatchdogParts {
  readonly limits: HoldLimits
  readonly log: Logger
  /** Looks at the slot of a thread. */
  readonly lookout: (slot: number) => Lookout
  readonly nameOf: (thread: ThreadKey, place: ShownTurn) => Named
  /** Ends a thread; absent where no thread can be ended. */
  readonly end?: (thread: ThreadKey, why: string) => void
}

interface Watched {
  readonly trips: number
  readonly hold: Hold | null
  /** Whose turn it was that something was said of. */
  readonly turn: Named | null
}

const UNSEEN: Watched = { trips: 0, hold: null, turn: null }

/** Looks at other threads from time to time, and names the actor that holds one. */
export class Watchdog {
  readonly #parts: WatchdogParts
  #watched: ReadonlyMap<ThreadKey, Watched> = new Map()

  constructor(parts: WatchdogParts) {
    this.#parts = parts
  }

  /** Looks at these threads; tells whether something happens on one of them. `lateMs` is how late the look is. */
  look(threads: readonly ThreadKey[], nowMs: number, lateMs: number): boolean {
    let busy = false
    const watched = new Map<ThreadKey, Watched>()
    for (const thread of threads) {
      const known = this.#watched.get(thread) ?? UNSEEN
      const next = this.#lookAt(thread, known, nowMs, lateMs)
      watched.set(thread, next)
      busy ||= next.hold !== null || next.trips !== known.trips
    }
    this.#watched = watched
    return busy
  }

  /** Tells of a hold of the own thread that is over and that nobody else has seen. */
  tellOwn(thread: ThreadKey, { from, until, turns, last, ended }: Held): void {
    const { log, lookout, nameOf } = this.#parts
    const awaited = [...ended, ...lookout(slotOf(thread)).open]
    const open = awaited.map((place) => nameOf(thread, place))
    const report: HoldReport = { slot: slotOf(thread), heldMs: until - from, turn: last === null ? null : nameOf(thread, last), open }
    log.warn(pastHoldText(report, turns), holdFields(report))
  }

  #lookAt(thread: ThreadKey, known: Watched, nowMs: number, lateMs: number): Watched {
    const { limits, lookout } = this.#parts
    const there = lookout(slotOf(thread))
    const { hold, act, heldMs } = decideHold(known.hold, { sinceMs: there.heldSince(nowMs), nowMs, lateMs }, limits)
    if (known.hold?.said === true && hold?.sinceMs !== known.hold.sinceMs) this.#release(thread, known, nowMs)
    if (act === 'none') return { trips: there.trips, hold, turn: hold?.said === true ? known.turn : null }
    const report = this.#report(thread, heldMs)
    if (act === 'end') this.#parts.end?.(thread, endText(report))
    else this.#parts.log.warn(holdText(report), holdFields(report))
    return { trips: there.trips, hold, turn: report.turn }
  }

  #release(thread: ThreadKey, { hold, turn }: Watched, nowMs: number): void {
    if (hold === null) return
    const { vitals } = this.#parts.lookout(slotOf(thread))
    const until = vitals[VITALS.heldFrom] === hold.sinceMs ? (vitals[VITALS.heldUntil] as number) : nowMs
    const report = { slot: slotOf(thread), heldMs: until - hold.sinceMs - hold.excusedMs, turn, open: [] }
    this.#parts.log.info(releaseText(report), holdFields(report))
  }

  #report(thread: ThreadKey, heldMs: number): HoldReport {
    const { lookout, nameOf } = this.#parts
    const slot = slotOf(thread)
    const there = lookout(slot)
    const { current } = there
    return {
      slot,
      heldMs,
      turn: current === null ? null : nameOf(thread, current),
      open: current === null ? there.open.map((place) => nameOf(thread, place)) : [],
    }
  }
}
