import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { StartSession } from '../../harness/workload.js'
import { idleShare } from './idleness.js'
import { THREADS } from './workload.js'

const ECHO = `const { parentPort } = require('node:worker_threads'); parentPort.on('message', (value) => parentPort.postMessage(value + 1))`

/** Nothing but Node. */
export const start: StartSession = async () => {
  const workers = Array.from({ length: THREADS }, () => new Worker(ECHO, { eval: true }))
  const ask = async (worker: Worker, value: number): Promise<number> => {
    worker.postMessage(value)
    const [answer] = (await once(worker, 'message')) as [number]
    return answer
  }
  return {
    run: async ({ seed }) => {
      const answers = await Promise.all(workers.map((worker) => ask(worker, seed)))
      return { value: answers.reduce((sum, answer) => sum + answer, 0), own: await idleShare() }
    },
    close: async () => void (await Promise.all(workers.map((worker) => worker.terminate()))),
  }
}
