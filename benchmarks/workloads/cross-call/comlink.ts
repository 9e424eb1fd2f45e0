import { Worker } from 'node:worker_threads'
import comlink from 'comlink'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'
import { nodeEndpoint } from './comlink-endpoint.mjs'

export const start: StartSession = async () => {
  const worker = new Worker(new URL('./comlink.worker.mjs', import.meta.url))
  const { next } = comlink.wrap<{ next(value: number): number }>(nodeEndpoint(worker))
  return callSession(
    (value) => next(value),
    () => worker.terminate(),
  )
}
