import { slotOf, type ThreadKey } from '../../base/ids.js'
import type { Scheduler } from '../../base/world.js'
import type { BootMessage } from '../threads/bootstrap.js'
import { endedEarly, errorFrom, failedToLoad, loadedTooLong } from '../threads/load-failures.js'
import type { Vessel, VesselEnd } from './vessel.js'

export interface BootWaitOptions {
  readonly thread: ThreadKey
  readonly vessel: Vessel
  readonly moduleUrl: string
  readonly scheduler: Scheduler
  readonly startMs: number
}

/** Waits for the start of a thread, in two phases with one deadline: it has booted, its definitions are loaded. */
export class BootWait {
  /** Rejects with the error that kept it from there. */
  readonly ready: Promise<ThreadKey>
  readonly #options: BootWaitOptions
  readonly #cancel: () => void
  #resolve!: (thread: ThreadKey) => void
  #reject!: (error: Error) => void
  #booted = false

  constructor(options: BootWaitOptions) {
    this.#options = options
    this.ready = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#cancel = options.scheduler.timer(options.startMs, () => this.#reject(this.#late()))
  }

  told(message: BootMessage): void {
    const { thread, moduleUrl } = this.#options
    if (message.kind === 'booted') this.#booted = true
    else if (message.kind === 'ready') this.#resolve(thread)
    else if (message.kind === 'failed') this.#reject(failedToLoad(slotOf(thread), moduleUrl, errorFrom(message.error)))
    if (message.kind === 'ready' || message.kind === 'failed') this.#cancel()
  }

  ended(end: VesselEnd): void {
    this.#cancel()
    this.#reject(endedEarly(this.#options.vessel.label, this.#options.moduleUrl, end))
  }

  #late(): Error {
    const { thread, moduleUrl, startMs, vessel } = this.#options
    if (this.#booted) return loadedTooLong(slotOf(thread), moduleUrl, startMs)
    return new Error(`${vessel.label} did not boot within ${startMs} ms`)
  }
}
