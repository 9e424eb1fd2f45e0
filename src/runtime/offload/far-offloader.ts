import type { Offloader, OffloadOrder } from '../../actors/kernel/ports.js'
import type { ThreadKey } from '../../base/ids.js'
import type { MainControl } from '../threads/control.js'
import type { ThreadRuntime } from '../threads/thread-runtime.js'
import { giveUp, newClaim } from './claim.js'
import { systemStopped } from './task-failures.js'
import { taskMessage } from './task-message.js'
import { answerWith } from './task-outcome.js'

const MAIN = '0' as ThreadKey

/** Offloads from a worker thread of the system: thread 0 has the pools. */
export class FarOffloader implements Offloader {
  readonly quiet = true
  readonly #runtime: ThreadRuntime
  #next = 1

  constructor(runtime: ThreadRuntime) {
    this.#runtime = runtime
  }

  start(order: OffloadOrder): () => boolean {
    const { core } = this.#runtime
    const main = this.#runtime.connection(MAIN)
    if (main === undefined) throw systemStopped(order.task.name, false)
    const control = main.control as MainControl
    const message = taskMessage(core.world.text, order, this.#runtime.apart)
    const number = this.#next++
    // Whether a task has begun is only known where memory is shared.
    const claim = this.#runtime.apart ? undefined : newClaim()
    // Without `runtime.ask`: thread 0 ends only with the process, and this thread before it.
    answerWith(core, order, control.offload(number, message, claim))
    return () => {
      control.endOffload(number).catch(() => undefined)
      return claim !== undefined && giveUp(claim)
    }
  }

  async close(): Promise<void> {}
}
