import { Worker } from 'node:worker_threads'
import { onTestFinished } from 'vitest'

/** The worker threads that are started until the test ends, in the order in which they are. */
export function collectWorkers(): readonly Worker[] {
  const workers: Worker[] = []
  const { unref } = Worker.prototype
  Worker.prototype.unref = function collect(this: Worker) {
    if (!workers.includes(this)) workers.push(this)
    return unref.call(this)
  }
  onTestFinished(() => {
    Worker.prototype.unref = unref
  })
  return workers
}

/** Resolves when a thread has ended. */
export function ended(worker: Worker): Promise<void> {
  return new Promise((resolve) => void worker.once('exit', () => resolve()))
}
