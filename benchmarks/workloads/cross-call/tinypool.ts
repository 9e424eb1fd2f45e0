import { Tinypool } from 'tinypool'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'

const filename = new URL('./next.mjs', import.meta.url).href

/** One thread that may hold as many tasks as are in flight. */
export const start: StartSession = async ({ width }) => {
  const pool = new Tinypool({ filename, name: 'next', minThreads: 1, maxThreads: 1, concurrentTasksPerWorker: width })
  return callSession(
    (value) => pool.run(value) as Promise<number>,
    () => pool.destroy(),
  )
}
