import { MessageChannel, Worker } from 'node:worker_threads'
import { callSession } from '../../harness/in-flight.js'
import { Waiting } from '../../harness/waiting.js'
import type { StartSession } from '../../harness/workload.js'
import { newMemory, openEnd } from './ring-end.mjs'

/** Calls over bare rings, with a map of those who wait: the ceiling of what shared memory gives. */
export const start: StartSession = async () => {
  const memory = newMemory()
  const { port1, port2 } = new MessageChannel()
  const workerData = { memory, port: port2, side: 1 }
  const worker = new Worker(new URL('./bare-ring.worker.mjs', import.meta.url), { workerData, transferList: [port2] })
  const waiting = new Waiting()
  const send = openEnd({ memory, port: port1, side: 0 }, (id, value) => waiting.answered(id, value))
  const next = (value: number): Promise<number> => waiting.ask((id) => send(id, value))
  return callSession(next, async () => {
    port1.close()
    await worker.terminate()
  })
}
