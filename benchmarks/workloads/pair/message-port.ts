import { once } from 'node:events'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { StartSession } from '../../harness/workload.js'
import { type Activity, type Drive, whileDriving } from './main-thread.js'

export type Order =
  | { readonly kind: 'meet'; readonly peer: MessagePort }
  | { readonly kind: 'drive'; readonly size: number; readonly seed: number }

/** Two workers with a channel of their own: the main thread has no part in their calls. */
export function adapterWith(activity: Activity): { readonly start: StartSession } {
  return { start: () => startPair(activity) }
}

const startPair = async (activity: Activity): ReturnType<StartSession> => {
  const { port1, port2 } = new MessageChannel()
  const workers = [port1, port2].map((peer) => {
    const worker = new Worker(new URL('./message-port.worker.mjs', import.meta.url))
    worker.postMessage({ kind: 'meet', peer } satisfies Order, [peer])
    return worker
  })
  const drive = async (worker: Worker, size: number, seed: number): Promise<Drive> => {
    worker.postMessage({ kind: 'drive', size, seed } satisfies Order)
    const [result] = (await once(worker, 'message')) as [Drive]
    return result
  }
  return {
    run: ({ size, seed }) =>
      whileDriving(
        activity,
        workers.map((worker) => drive(worker, size / 2, seed)),
      ),
    close: async () => void (await Promise.all(workers.map((worker) => worker.terminate()))),
  }
}
