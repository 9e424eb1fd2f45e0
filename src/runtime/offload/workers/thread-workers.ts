import type { Piscina as PiscinaPool } from 'piscina'
import type { ThreadLimits } from '../../../actors/system-type.js'
import type { Logger } from '../../../base/world.js'
import type { TaskWorkers } from '../task-pool.js'
import { entryFile } from './entry-file.js'
import { importInstalled } from './installed-package.js'
import type { TaskReply } from './task-entry.js'

/** How long a worker stays that has nothing to do. */
export const IDLE_MS = 10_000

export interface ThreadWorkersOptions {
  readonly size: number
  readonly resourceLimits: ThreadLimits | undefined
  readonly log: Logger
}

/** Worker threads for tasks, with piscina. */
export async function openThreadWorkers(options: ThreadWorkersOptions, onLoss: (cause?: unknown) => void): Promise<TaskWorkers> {
  const { default: Piscina } = await importInstalled<{ readonly default: typeof PiscinaPool }>('piscina')
  const entry = entryFile()
  const pool = new Piscina({
    filename: entry.path,
    name: 'runTask',
    minThreads: 0,
    maxThreads: options.size,
    idleTimeout: IDLE_MS,
    // An idle thread waits as any other does: what a task has left behind goes on, and fails by itself, not in the next task.
    atomics: 'disabled',
    recordTiming: false,
    ...(options.resourceLimits === undefined ? {} : { resourceLimits: options.resourceLimits }),
  })
  pool.on('workerDestroy', () => onLoss())
  pool.on('error', (error: unknown) => {
    options.log.error('a thread for tasks ended with an error while it ran none', { error })
    onLoss(error)
  })
  return {
    get count() {
      return pool.threads.length
    },
    run: (job) => pool.run(job.handed(), { signal: job.signal, transferList: [job.order.args.bytes.buffer] }) as Promise<TaskReply>,
    close: async () => {
      await pool.destroy()
      entry.remove()
    },
  }
}
