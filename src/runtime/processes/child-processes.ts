import { healthOf } from '../../actors/kernel/vitals.js'
import type { ThreadLimits } from '../../actors/system-type.js'
import { slotOf, type ThreadKey } from '../../base/ids.js'
import type { Logger, Scheduler } from '../../base/world.js'
import { type Loading, loadingOf } from '../threads/loader.js'
import { type SharedCounts, vitalsIn } from '../threads/shared-counts.js'
import { tsxOfProcess } from '../threads/tsx.js'
import { ProcessVessel } from './process-vessel.js'

export interface ChildProcessesOptions {
  readonly counts: SharedCounts
  readonly resourceLimits: ThreadLimits | undefined
  readonly scheduler: Scheduler
  readonly log: Logger
}

/** The processes of single threads that a system has; none outlives this one. */
export class ChildProcesses {
  readonly #options: ChildProcessesOptions
  readonly #vessels = new Set<ProcessVessel>()
  readonly #killAll = (): void => {
    for (const vessel of this.#vessels) vessel.kill()
  }

  constructor(options: ChildProcessesOptions) {
    this.#options = options
  }

  open(thread: ThreadKey): ProcessVessel {
    const { counts, resourceLimits, scheduler, log } = this.#options
    const counters = counts.counters[slotOf(thread)] as SharedArrayBuffer
    const health = healthOf(vitalsIn(counts, slotOf(thread)))
    const listening = Atomics.load(counts.listening, 0)
    const onGone = (): void => this.#forget(vessel)
    const vessel = new ProcessVessel({ thread, counters, health, resourceLimits, scheduler, log, listening, onGone })
    if (this.#vessels.size === 0) process.once('exit', this.#killAll)
    this.#vessels.add(vessel)
    return vessel
  }

  /** A child is its own main thread, and so inherits the tsx that runs the program, which threads have to register. */
  loadingOf(moduleUrl: string): Loading {
    const loading = loadingOf(moduleUrl)
    return tsxOfProcess() === undefined ? loading : { loaderUrls: [] }
  }

  /** So many listen to dead letters now. */
  listening(count: number): void {
    for (const vessel of this.#vessels) vessel.listening(count)
  }

  #forget(vessel: ProcessVessel): void {
    this.#vessels.delete(vessel)
    if (this.#vessels.size === 0) process.off('exit', this.#killAll)
  }
}
