import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { printGrowth } from './resident.mjs'

/** @type {Worker[]} */
const workers = []
await printGrowth(async (n) => {
  const worker = new Worker(new URL('./worker.worker.mjs', import.meta.url))
  workers.push(worker)
  worker.postMessage(n)
  const [answer] = await once(worker, 'message')
  return answer === n
})
await Promise.all(workers.map((worker) => worker.terminate()))
