import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'

const filename = fileURLToPath(new URL('./next.mjs', import.meta.url))

/** One thread that may hold as many tasks as are in flight; its default way of waiting (`atomics: 'sync'`) is its fastest. */
export const start: StartSession = async ({ width }) => {
  const pool = new Piscina<number, number>({ filename, name: 'next', minThreads: 1, maxThreads: 1, concurrentTasksPerWorker: width })
  return callSession(
    (value) => pool.run(value),
    () => pool.destroy(),
  )
}
