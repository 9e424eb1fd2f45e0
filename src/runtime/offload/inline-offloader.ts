import type { Core } from '../../actors/kernel/core.js'
import type { Offloader, OffloadOrder } from '../../actors/kernel/ports.js'
import { settleFailure } from '../../actors/turns/settling.js'
import { TASK_CAPACITY } from './pool-offloader.js'
import { systemStopped, tooMany } from './task-failures.js'
import { taskMessage } from './task-message.js'
import { answerWith } from './task-outcome.js'
import { performTask } from './workers/task-host.js'

/**
 * Runs tasks in the thread that asks, each in a turn of the event loop of its own: for systems without threads, in tests and for
 * debugging. Values are copied as on their way to a pool.
 *
 * - **Ordering**: tasks begin in the order in which they were offloaded.
 */
export class InlineOffloader implements Offloader {
  readonly #core: Core
  /** Those that wait and those that run. */
  readonly #orders = new Set<OffloadOrder>()
  readonly #waiting = new Set<OffloadOrder>()
  #closed = false

  constructor(core: Core) {
    this.#core = core
  }

  get quiet(): boolean {
    return this.#waiting.size === 0
  }

  start(order: OffloadOrder): () => boolean {
    const { scheduler, text } = this.#core.world
    const message = taskMessage(text, order)
    if (this.#closed) throw systemStopped(order.task.name, false)
    if (this.#orders.size >= TASK_CAPACITY) throw tooMany(order.task.name, TASK_CAPACITY)
    this.#orders.add(order)
    this.#waiting.add(order)
    scheduler.macrotask(() => {
      if (!this.#waiting.delete(order)) return
      const reply = performTask(order.task, message.args, { text, isolated: order.isolated })
      answerWith(this.#core, order, reply)
      const done = (): void => void this.#orders.delete(order)
      reply.then(done, done)
    })
    return () => this.#giveUp(order)
  }

  /** What runs cannot be ended; nobody waits for it any more. */
  async close(): Promise<void> {
    this.#closed = true
    for (const order of this.#waiting) {
      this.#giveUp(order)
      settleFailure(this.#core, order.call, systemStopped(order.task.name, false))
    }
    for (const { task, call } of this.#orders) if (!call.settled) settleFailure(this.#core, call, systemStopped(task.name, true))
    this.#orders.clear()
  }

  #giveUp(order: OffloadOrder): boolean {
    this.#orders.delete(order)
    return this.#waiting.delete(order)
  }
}
