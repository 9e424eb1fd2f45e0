import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { sendInBursts } from '../../harness/bursts.js'
import type { StartSession } from '../../harness/workload.js'

/** One `postMessage` for each message. */
export const start: StartSession = async () => {
  const worker = new Worker(new URL('./message-port.worker.mjs', import.meta.url))
  const ask = async (kind: 'begin' | 'caught-up' | 'end'): Promise<{ readonly count: number; readonly lateMs: number }> => {
    worker.postMessage({ kind })
    const [answer] = (await once(worker, 'message')) as [{ readonly count: number; readonly lateMs: number }]
    return answer
  }
  return {
    run: async (input) => {
      await ask('begin')
      await sendInBursts(
        input,
        (value) => worker.postMessage({ kind: 'take', value }),
        () => ask('caught-up'),
      )
      const { count, lateMs } = await ask('end')
      return { value: count, own: lateMs }
    },
    close: async () => void (await worker.terminate()),
  }
}
