import { slotOf, type ThreadKey } from '../../base/ids.js'
import type { Scheduler } from '../../base/world.js'
import type { BootMessage } from '../threads/bootstrap.js'
import { endedEarly, errorFrom, failedToLoad, loadedTooLong } from '../threads/load-failures.js'
import type { StillLoading } from '../threads/threads.js'
import type { Vessel, VesselEnd } from './vessel.js'

export interface BootWaitOptions {
  readonly thread: ThreadKey
  readonly vessel: Vessel
  readonly moduleUrl: string
  readonly scheduler: Scheduler
  readonly startMs: number
  readonly now: () => number
}

/** Waits for the start of a thread, in two phases with one deadline: it has booted, its definitions are loaded. */
export class BootWait {
  /** Rejects with the error that kept it from there. */
  readonly ready: Promise<ThreadKey>
  readonly #options: BootWaitOptions
  readonly #cancel: () => void
  readonly #sinceMs: number
  #isOver = false
  #resolve!: (thread: ThreadKey) => void
  #reject!: (error: Error) => void
  #booted = false

  constructor(options: BootWaitOptions) {
    this.#options = options
    this.#sinceMs = options.now()
    this.ready = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#cancel = options.scheduler.timer(options.startMs, () => this.#reject(this.#late()))
  }

  told(message: BootMessage): void {
    const { thread, moduleUrl } = this.#options
    this.#isOver ||= message.kind === 'ready' || message.kind === 'failed'
    if (message.kind === 'booted') this.#booted = true
    else if (message.kind === 'ready') this.#resolve(thread)
    else if (message.kind === 'failed') this.#reject(failedToLoad(slotOf(thread), moduleUrl, errorFrom(message.error)))
    if (this.#isOver) this.#cancel()
  }

  /** The system stops: nobody will use the thread. Tells of a thread that had yet to load. */
  giveUp(): StillLoading | undefined {
    if (this.#isOver) return undefined
    const { vessel, moduleUrl, now } = this.#options
    this.#isOver = true
    this.#cancel()
    this.#reject(new Error(`the system stopped while ${vessel.label} loaded ${moduleUrl}`))
    return { label: vessel.label, moduleUrl, forMs: now() - this.#sinceMs }
  }

  ended(end: VesselEnd): void {
    this.#isOver = true
    this.#cancel()
    this.#reject(endedEarly(this.#options.vessel.label, this.#options.moduleUrl, end))
  }

  #late(): Error {
    const { thread, moduleUrl, startMs, vessel } = this.#options
    if (this.#booted) return loadedTooLong(slotOf(thread), moduleUrl, startMs)
    return new Error(`${vessel.label} did not boot within ${startMs} ms`)
  }
}
