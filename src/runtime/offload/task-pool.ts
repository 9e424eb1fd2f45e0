import type { Scheduler } from '../../base/world.js'
import type { Claim } from './claim.js'
import { givenUp, systemStopped, tooMany, workerLost, workerNotStarted } from './task-failures.js'
import { TaskJob } from './task-job.js'
import type { TaskOrder, TaskReply } from './workers/task-entry.js'

/** Threads or processes that run one task each at a time, started when they are needed. */
export interface TaskWorkers {
  /** Those that run and those that start. */
  readonly count: number
  /** Rejects when the worker ends before it answers; the signal of the job ends the worker. */
  run(job: TaskJob): Promise<TaskReply>
  close(): Promise<void>
}

/** Opens workers; `onLoss` is to be told of each that has ended, and why if that is known. */
export type OpenWorkers = (onLoss: (cause?: unknown) => void) => Promise<TaskWorkers>

export interface TaskPoolOptions {
  /** What its workers are, for messages: `'thread'`. */
  readonly what: string
  /** Workers at most. */
  readonly size: number
  /** Tasks that may wait for one. */
  readonly capacity: number
  readonly open: OpenWorkers
  readonly scheduler: Pick<Scheduler, 'macrotask'>
}

/**
 * The queue in front of workers, which piscina and tinypool run. They get no more tasks than there may be workers, so that what
 * waits is here: it can be taken back, and told from what has begun. Their own queues tell neither, and forget what waits for a
 * worker that ends before it is ready.
 *
 * - **Ordering**: tasks begin in the order in which they came.
 * - **Back-pressure**: `MailboxFull` beyond `capacity`.
 */
export class TaskPool {
  readonly #options: TaskPoolOptions
  readonly #waiting = new Set<TaskJob>()
  readonly #handed = new Set<TaskJob>()
  #opening: Promise<TaskWorkers> | null = null
  #workers: TaskWorkers | null = null
  #lossCause: unknown
  #closed = false

  constructor(options: TaskPoolOptions) {
    this.#options = options
  }

  /**
   * Takes a task in; `claim` where another thread may give it up.
   *
   * @throws MailboxFull, ServiceUnavailable
   */
  submit(order: TaskOrder, claim?: Claim): TaskJob {
    if (this.#closed) throw systemStopped(order.name, false)
    if (this.#waiting.size >= this.#options.capacity) throw tooMany(order.name, this.#options.capacity)
    const job = new TaskJob(order, claim)
    this.#waiting.add(job)
    this.#fill()
    return job
  }

  /** Tells whether it has not begun: then it never will. */
  cancel(job: TaskJob): boolean {
    this.#waiting.delete(job)
    const { begun } = job
    job.fail(givenUp(job.order.name, begun))
    return !begun
  }

  /** Ends the workers with what they run; what waits is not run. */
  async close(): Promise<void> {
    this.#closed = true
    for (const job of [...this.#handed, ...this.#waiting]) job.fail(systemStopped(job.order.name, job.begun))
    this.#waiting.clear()
    const workers = await this.#opening?.catch(() => undefined)
    await workers?.close()
  }

  #fill(): void {
    for (const job of this.#waiting) {
      if (this.#handed.size >= this.#options.size) return
      this.#waiting.delete(job)
      void this.#run(job)
    }
  }

  async #run(job: TaskJob): Promise<void> {
    this.#handed.add(job)
    try {
      const workers = this.#workers ?? (await this.#open())
      if (!job.signal.aborted) job.done(await workers.run(job))
    } catch (error) {
      job.fail(this.#failure(job, error))
    } finally {
      this.#handed.delete(job)
      this.#fill()
    }
  }

  #failure({ order, begun }: TaskJob, error: unknown): Error {
    if (this.#workers === null) return error as Error
    return (begun ? workerLost : workerNotStarted)(order.name, this.#options.what, error)
  }

  async #open(): Promise<TaskWorkers> {
    this.#opening ??= this.#options.open((cause) => this.#onLoss(cause))
    try {
      this.#workers = await this.#opening
      return this.#workers
    } catch (error) {
      // The next task tries again.
      this.#opening = null
      throw error
    }
  }

  /** A pool tells of one loss in up to two ways, and first fails what the worker ran. */
  #onLoss(cause: unknown): void {
    this.#lossCause ??= cause
    this.#options.scheduler.macrotask(() => {
      this.#failStranded(this.#lossCause)
      this.#lossCause = undefined
    })
  }

  /** A worker that ends before it has taken a task leaves that task behind: the pools start no other for it. */
  #failStranded(cause: unknown): void {
    const workers = this.#workers?.count ?? 0
    let stranded = this.#handed.size - workers
    for (const job of this.#handed) {
      if (stranded <= 0) return
      if (job.begun && workers > 0) continue
      stranded--
      job.fail(this.#failure(job, cause))
    }
  }
}
