import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { sendInBursts } from '../../harness/bursts.js'
import type { StartSession } from '../../harness/workload.js'

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
    run: async (input) => {
      await sendInBursts(
        input,
        (value) => send({ kind: 'add', value }),
        () => ask('caught-up'),
      )
      return { value: await ask('take') }
    },
    close: async () => void (await worker.terminate()),
  }
}
