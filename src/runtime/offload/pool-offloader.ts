import type { Core } from '../../actors/kernel/core.js'
import type { Offloader, OffloadOrder } from '../../actors/kernel/ports.js'
import type { ThreadLimits } from '../../actors/system-type.js'
import { loadingOf } from '../threads/loader.js'
import { usableCores } from '../threads/usable-cores.js'
import type { Claim } from './claim.js'
import type { TaskJob } from './task-job.js'
import { taskMessage } from './task-message.js'
import { answerWith } from './task-outcome.js'
import { TaskPool } from './task-pool.js'
import { openProcessWorkers } from './workers/process-workers.js'
import type { TaskMessage } from './workers/task-entry.js'
import { openThreadWorkers } from './workers/thread-workers.js'

/** Tasks that may wait for a worker. */
export const TASK_CAPACITY = 10_000
/** How long the module of a task may take to load. */
const LOAD_LIMIT_MS = 10_000

/** A task of this or another thread, in the pool that it went to. */
export interface Submitted {
  readonly job: TaskJob
  readonly giveUp: () => boolean
}

/** Runs tasks on the pools of the system, which thread 0 has: one of threads, one of processes, as large as there are cores. */
export class PoolOffloader implements Offloader {
  readonly quiet = true
  readonly #core: Core
  readonly #threads: TaskPool
  readonly #processes: TaskPool
  /** By module: found in the file system. */
  readonly #loaders = new Map<string, readonly string[]>()

  constructor(core: Core, resourceLimits: ThreadLimits | undefined) {
    const { log, scheduler } = core.world
    const options = { size: usableCores(), log, scheduler, resourceLimits }
    const pool = { size: options.size, capacity: TASK_CAPACITY, scheduler }
    this.#core = core
    this.#threads = new TaskPool({ ...pool, what: 'thread', open: (onLoss) => openThreadWorkers(options, onLoss) })
    this.#processes = new TaskPool({ ...pool, what: 'process', open: (onLoss) => openProcessWorkers(options, onLoss) })
  }

  start(order: OffloadOrder): () => boolean {
    const { job, giveUp } = this.submit(taskMessage(this.#core.world.text, order))
    answerWith(this.#core, order, job.reply)
    return giveUp
  }

  /**
   * Takes in a task of any thread.
   *
   * @throws MailboxFull, ServiceUnavailable, Error when nothing can load its module
   */
  submit(message: TaskMessage, claim?: Claim): Submitted {
    const pool = message.isolated ? this.#processes : this.#threads
    const job = pool.submit({ ...message, loaderUrls: this.#loadersOf(message.moduleUrl), loadMs: LOAD_LIMIT_MS }, claim)
    return { job, giveUp: () => pool.cancel(job) }
  }

  async close(): Promise<void> {
    await Promise.all([this.#threads.close(), this.#processes.close()])
  }

  #loadersOf(moduleUrl: string): readonly string[] {
    const known = this.#loaders.get(moduleUrl) ?? loadingOf(moduleUrl).loaderUrls
    this.#loaders.set(moduleUrl, known)
    return known
  }
}
