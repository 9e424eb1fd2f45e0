import { isMainThread } from 'node:worker_threads'
import type { Logger } from '../base/world.js'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
type Signal = (typeof SIGNALS)[number]

/** What a system is asked by signals. */
export interface SignalStop {
  readonly log: Logger
  /** Raises the signal again once the system has stopped, which ends the process as if nothing had caught it. */
  readonly exit: boolean
  stop(): Promise<void>
}

/**
 * Stops a system at SIGINT or SIGTERM; a second signal ends the process at once. Returns how to hear no more signals.
 *
 * - **Errors**: throws in a worker thread, where there are none.
 */
export function stopAtSignals({ log, exit, stop }: SignalStop): Disposable {
  if (!isMainThread) throw new Error('stopOnSignals(): signals reach the main thread of a process only; call it there')
  let stopping = false
  const take = (signal: Signal): void => {
    if (stopping) return raise(signal)
    stopping = true
    log.info(`${signal}: stopping; once more ends the process at once`)
    stop()
      .catch((error: unknown) => log.error('stop() failed', { error }))
      .finally(() => (exit ? raise(signal) : forget()))
  }
  const forget = (): void => {
    for (const signal of SIGNALS) process.off(signal, take)
  }
  const raise = (signal: Signal): void => {
    forget()
    process.kill(process.pid, signal)
  }
  for (const signal of SIGNALS) process.on(signal, take)
  return { [Symbol.dispose]: forget }
}
