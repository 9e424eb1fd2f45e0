import { Worker } from 'node:worker_threads'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'

export interface Question {
  readonly id: number
  readonly value: number
}

/** What one would write by hand: a message each, and a map of those who wait; no deadline, no failures. */
export const start: StartSession = async () => {
  const worker = new Worker(new URL('./message-port.worker.mjs', import.meta.url))
  const waiting = new Map<number, (value: number) => void>()
  let lastId = 0
  worker.on('message', ({ id, value }: Question) => {
    const resolve = waiting.get(id)
    waiting.delete(id)
    resolve?.(value)
  })
  const next = (value: number): Promise<number> =>
    new Promise((resolve) => {
      const id = ++lastId
      waiting.set(id, resolve)
      worker.postMessage({ id, value })
    })
  return callSession(next, () => worker.terminate())
}
