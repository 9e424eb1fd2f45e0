import type { ServiceFailure } from '../../base/failures.js'
import { type Claim, takeUp } from './claim.js'
import { ENTRY_URL, type HandedTask, type TaskOrder, type TaskReply } from './workers/task-entry.js'

/** One task in a pool, from its order to its one reply. */
export class TaskJob {
  readonly order: TaskOrder
  /** Rejects when it could not be run or its worker has ended. */
  readonly reply: Promise<TaskReply>
  readonly #claim: Claim | undefined
  readonly #controller = new AbortController()
  #resolve!: (reply: TaskReply) => void
  #reject!: (error: unknown) => void
  #begun = false

  constructor(order: TaskOrder, claim?: Claim) {
    this.order = order
    this.#claim = claim
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.reply.catch(() => undefined)
  }

  get begun(): boolean {
    return this.#begun
  }

  /** Aborts when its worker, if it has one, must end. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /**
   * The task for a pool, which clones it as it gives it to a worker, and only then: the getter tells that it begins, and
   * throws when somebody has given it up.
   */
  handed(): HandedTask {
    const job = this
    return {
      entryUrl: ENTRY_URL,
      get order() {
        if (!job.#begun && job.#claim !== undefined && !takeUp(job.#claim)) throw new Error('it was given up')
        job.#begun = true
        return job.order
      },
    }
  }

  done(reply: TaskReply): void {
    this.#resolve(reply)
  }

  /** It will not answer any more; what runs of it is ended. */
  fail(error: ServiceFailure | Error): void {
    this.#reject(error)
    this.#controller.abort(error)
  }
}
