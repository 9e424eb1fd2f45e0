import type { Core } from '../../actors/kernel/core.js'
import { unwatched, vitalsOf } from '../../actors/kernel/vitals.js'
import { type Held, Whereabouts } from '../../actors/kernel/whereabouts.js'
import { slotOf, type ThreadKey } from '../../base/ids.js'
import type { Logger } from '../../base/world.js'
import { type SharedCounts, vitalsIn } from '../threads/shared-counts.js'
import { Beat } from './beat.js'
import type { Gauges } from './gauges.js'
import type { HoldLimits } from './hold.js'
import { Lookout } from './lookout.js'
import { nameTurn } from './turn-names.js'
import { Watchdog } from './watchdog.js'

/** Beats come so often at least, however long a thread may be held. */
const SLOWEST_BEAT_MS = 500
const FASTEST_BEAT_MS = 10
/** Processor time of a hold below which the process may just as well have been paused; a busy machine grants little more. */
const BUSY_SHARE = 0.1

export interface WatchParts {
  readonly core: Core
  readonly counts: SharedCounts
  readonly gauges: Gauges
  readonly limits: HoldLimits
  readonly log: Logger
  /** False under a clock of the program's own, by which turns cannot be timed. */
  readonly timesTurns: boolean
  /** On thread 0: the worker threads that are up. A thread in a process of its own has none, either. */
  readonly workers?: () => readonly ThreadKey[]
  /** On thread 0: ends one of them. */
  readonly end?: (thread: ThreadKey, why: string) => void
}

const MAIN = '0' as ThreadKey

/**
 * Lets a thread show how it is, and watch others: thread 0 the workers, the first worker thread 0. Where nobody else is, thread 0
 * tells of itself, afterwards.
 *
 * - **Ownership**: ends when the thread closes.
 */
export class Watch {
  readonly #parts: WatchParts
  readonly #lookouts = new Map<number, Lookout>()
  readonly #watchdog: Watchdog
  readonly #beat: Beat
  readonly #whereabouts: Whereabouts | null
  /** Processor time at the last two beats, or when something happened again. */
  #cpu: readonly CpuReading[] = []

  constructor(parts: WatchParts) {
    this.#parts = parts
    const { core, limits, log, gauges, end } = parts
    this.#whereabouts = this.#newWhereabouts()
    this.#watchdog = new Watchdog({
      limits,
      log,
      lookout: (slot) => this.#lookout(slot),
      nameOf: (thread, turn) => nameTurn(core, thread, this.#lookout(slotOf(thread)), turn),
      ...(end === undefined ? {} : { end }),
    })
    this.#beat = new Beat({
      vitals: vitalsOf(vitalsIn(parts.counts, core.slot)),
      whereabouts: this.#whereabouts,
      gauges,
      scheduler: core.world.scheduler,
      everyMs: everyMs(limits),
      onBeat: (nowMs, lateMs) => this.#onBeat(nowMs, lateMs),
      onWake: (nowMs) => this.#readCpu(nowMs),
    })
  }

  start(): void {
    const { core, gauges } = this.#parts
    this.#cpu = [{ atMs: gauges.nowMs(), cpuMs: gauges.cpuMs() }]
    core.whereabouts = this.#whereabouts
    if (this.#whereabouts !== null) core.place = this.#whereabouts.numbers
    this.#beat.start()
    core.whenClosed(() => {
      core.whereabouts = null
      core.place = unwatched()
      this.#beat.stop()
    })
  }

  #newWhereabouts(): Whereabouts | null {
    const { core, counts, gauges, limits, timesTurns } = this.#parts
    if (!timesTurns) return null
    const { clock, text } = core.world
    const originMs = gauges.nowMs() - clock.now()
    const whereabouts = new Whereabouts(vitalsIn(counts, core.slot), text, { originMs, holdMs: limits.warnMs })
    whereabouts.onHeld = (held) => this.#onHeld(held)
    return whereabouts
  }

  #onBeat(nowMs: number, lateMs: number): boolean {
    const { gauges, limits, workers } = this.#parts
    if (workers !== undefined) this.#whereabouts?.setDebugged(gauges.isDebugged())
    if (lateMs >= limits.warnMs) this.#whereabouts?.missedBeat(nowMs - lateMs, nowMs)
    this.#whereabouts?.forgetEnded()
    this.#readCpu(nowMs)
    if (this.#debugged) return false
    return this.#watchdog.look(workers?.() ?? this.#main(nowMs), nowMs, lateMs)
  }

  /** Of use to whoever tells of itself. */
  #readCpu(nowMs: number): void {
    const { gauges, workers } = this.#parts
    if (workers !== undefined) this.#cpu = [...this.#cpu.slice(-1), { atMs: nowMs, cpuMs: gauges.cpuMs() }]
  }

  /** A debugger may have stopped a thread of the process; whoever is the first of it can tell. */
  get #debugged(): boolean {
    const { core, workers } = this.#parts
    return this.#lookout(workers === undefined ? 0 : core.slot).debugged
  }

  /** Thread 0, if no worker before this one looks at it. */
  #main(nowMs: number): readonly ThreadKey[] {
    for (let slot = 1; slot < this.#parts.core.slot; slot++) if (this.#isLively(slot, nowMs)) return []
    return [MAIN]
  }

  #isLively(slot: number, nowMs: number): boolean {
    return this.#lookout(slot).isLively(nowMs, this.#parts.limits.warnMs)
  }

  /** Nobody else has seen it, and it was no pause of the process. */
  #onHeld(held: Held): void {
    const { core, workers } = this.#parts
    if (workers === undefined || workers().some((thread) => this.#isLively(slotOf(thread), held.until))) return
    if (!this.#debugged && this.#usedCpu(held)) this.#watchdog.tellOwn(core.options.thread, held)
  }

  #usedCpu({ from, until }: Held): boolean {
    const before = this.#cpu.findLast(({ atMs }) => atMs <= from) ?? this.#cpu[0]
    if (before === undefined) return false
    // What was used between that beat and the hold is none of it.
    const usedMs = this.#parts.gauges.cpuMs() - before.cpuMs - Math.max(0, from - before.atMs)
    return usedMs >= (until - from) * BUSY_SHARE
  }

  #lookout(slot: number): Lookout {
    const { core, counts } = this.#parts
    const lookout = this.#lookouts.get(slot) ?? new Lookout(vitalsIn(counts, slot), core.world.text)
    this.#lookouts.set(slot, lookout)
    return lookout
  }
}

interface CpuReading {
  readonly atMs: number
  readonly cpuMs: number
}

function everyMs({ warnMs, endMs }: HoldLimits): number {
  return Math.max(FASTEST_BEAT_MS, Math.min(warnMs / 2, endMs / 2, SLOWEST_BEAT_MS))
}
