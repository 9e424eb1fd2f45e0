import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { valueAt } from '../../harness/values.mjs'
import type { StartSession } from '../../harness/workload.js'
import { BURST } from './workload.js'

/** One `postMessage` for each message. */
export const start: StartSession = async () => {
  const worker = new Worker(new URL('./message-port.worker.mjs', import.meta.url))
  const ask = async (kind: 'begin' | 'caught-up' | 'end'): Promise<{ readonly count: number; readonly lateMs: number }> => {
    worker.postMessage({ kind })
    const [answer] = (await once(worker, 'message')) as [{ readonly count: number; readonly lateMs: number }]
    return answer
  }
  return {
    run: async ({ size, seed }) => {
      await ask('begin')
      for (let i = 0; i < size; i++) {
        worker.postMessage({ kind: 'take', value: valueAt(seed, i) })
        if (i % BURST === BURST - 1) await ask('caught-up')
      }
      const { count, lateMs } = await ask('end')
      return { value: count, own: lateMs }
    },
    close: async () => void (await worker.terminate()),
  }
}
