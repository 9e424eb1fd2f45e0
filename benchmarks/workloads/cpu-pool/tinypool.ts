import { Tinypool } from 'tinypool'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'
import { THREADS } from './workload.js'

const filename = new URL('./churn.mjs', import.meta.url).href

export const start: StartSession = async () => {
  const pool = new Tinypool({ filename, name: 'churn', minThreads: THREADS, maxThreads: THREADS })
  return callSession(
    (seed) => pool.run(seed) as Promise<number>,
    () => pool.destroy(),
  )
}
