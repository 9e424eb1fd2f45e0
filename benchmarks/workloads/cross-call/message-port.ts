import { Worker } from 'node:worker_threads'
import { callSession } from '../../harness/in-flight.js'
import { Waiting } from '../../harness/waiting.js'
import type { StartSession } from '../../harness/workload.js'

export interface Question {
  readonly id: number
  readonly value: number
}

/** A message each. */
export const start: StartSession = async () => {
  const worker = new Worker(new URL('./message-port.worker.mjs', import.meta.url))
  const waiting = new Waiting()
  worker.on('message', ({ id, value }: Question) => waiting.answered(id, value))
  const next = (value: number): Promise<number> => waiting.ask((id) => worker.postMessage({ id, value }))
  return callSession(next, () => worker.terminate())
}
