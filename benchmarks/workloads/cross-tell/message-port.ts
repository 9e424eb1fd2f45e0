import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { valueAt } from '../../harness/values.mjs'
import type { StartSession } from '../../harness/workload.js'
import { BURST } from './workload.js'

export type Message = { readonly kind: 'add'; readonly value: number } | { readonly kind: 'caught-up' | 'take' }

/** One `postMessage` for each message. */
export const start: StartSession = async () => {
  const worker = new Worker(new URL('./message-port.worker.mjs', import.meta.url))
  const send = (message: Message): void => worker.postMessage(message)
  const ask = async (kind: 'caught-up' | 'take'): Promise<number> => {
    send({ kind })
    const [sum] = (await once(worker, 'message')) as [number]
    return sum
  }
  return {
    run: async ({ size, seed }) => {
      for (let i = 0; i < size; i++) {
        send({ kind: 'add', value: valueAt(seed, i) })
        if (i % BURST === BURST - 1) await ask('caught-up')
      }
      return { value: await ask('take') }
    },
    close: async () => void (await worker.terminate()),
  }
}
