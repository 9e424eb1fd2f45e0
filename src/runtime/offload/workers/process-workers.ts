import type { Tinypool as TinypoolPool } from 'tinypool'
import type { ThreadLimits } from '../../../actors/system-type.js'
import type { Logger, Scheduler } from '../../../base/world.js'
import { inheritedEnv, inheritedFlags, limitFlags } from '../../processes/child-flags.js'
import type { TaskJob } from '../task-job.js'
import type { TaskWorkers } from '../task-pool.js'
import { importInstalled } from './installed-package.js'
import { ENTRY_URL, type TaskReply } from './task-entry.js'
import { IDLE_MS } from './thread-workers.js'

export interface ProcessWorkersOptions {
  readonly size: number
  readonly resourceLimits: ThreadLimits | undefined
  readonly log: Logger
  readonly scheduler: Pick<Scheduler, 'macrotask'>
}

/** Child processes for tasks, with tinypool. */
export async function openProcessWorkers(options: ProcessWorkersOptions, onLoss: (cause?: unknown) => void): Promise<TaskWorkers> {
  const { size, resourceLimits, log, scheduler } = options
  const { default: Tinypool } = await importInstalled<{ readonly default: typeof TinypoolPool }>('tinypool')
  const pool = new Tinypool({
    runtime: 'child_process',
    serialization: 'advanced',
    filename: ENTRY_URL,
    minThreads: 0,
    maxThreads: size,
    idleTimeout: IDLE_MS,
    env: inheritedEnv() as Record<string, string>,
    execArgv: [...inheritedFlags(), ...limitFlags(resourceLimits)],
  })
  const kill = (): void => killAll(pool)
  process.once('exit', kill)
  const exits = new ExitWatch(pool, scheduler, onLoss)
  pool.on('error', (error: unknown) => {
    log.error('a process for tasks ended while it ran none', { error })
    onLoss(error)
  })
  return {
    get count() {
      return pool.threads.length
    },
    run: (job) => exits.run(job),
    close: async () => {
      await pool.destroy()
      process.off('exit', kill)
    },
  }
}

/** Without it what they run would outlive this process. */
function killAll(pool: TinypoolPool): void {
  for (const { threadId: pid } of pool.threads) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended already, or never began.
    }
  }
}

/** What tinypool rejects with when a process has ended by itself. */
const SAYS_EXIT = /exited unexpectedly/

/** Sees processes end by itself: the pool forgets tasks of some that it lost. */
class ExitWatch {
  readonly #pool: TinypoolPool
  readonly #scheduler: Pick<Scheduler, 'macrotask'>
  readonly #onLoss: () => void
  readonly #watched = new WeakSet<object>()
  #lastExit = 'exit'

  constructor(pool: TinypoolPool, scheduler: Pick<Scheduler, 'macrotask'>, onLoss: () => void) {
    this.#pool = pool
    this.#scheduler = scheduler
    this.#onLoss = onLoss
  }

  run(job: TaskJob): Promise<TaskReply> {
    return new Promise((resolve, reject) => {
      const gone = (error?: Error): void => reject(error === undefined || SAYS_EXIT.test(error.message) ? new Error(this.#lastExit) : error)
      // Told as well when the next task comes to the same process, which is before the answer of this one is passed on.
      const channel = { onClose: () => this.#scheduler.macrotask(gone) }
      this.#pool.run(job.handed(), { signal: job.signal, channel }).then(resolve, gone)
      this.#watch()
    })
  }

  #watch(): void {
    for (const worker of this.#pool.threads) {
      if (this.#watched.has(worker)) continue
      this.#watched.add(worker)
      worker.once('exit', (code: number | null, signal: string | null) => {
        this.#lastExit = signal === null ? `exit code ${code}` : `signal ${signal}`
        this.#onLoss()
      })
    }
  }
}
