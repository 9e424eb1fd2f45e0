import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'
import { type Job, THREADS } from './workload.js'

const filename = fileURLToPath(new URL('./churn.mjs', import.meta.url))

export function poolFor(job: Job): StartSession {
  return async () => {
    const pool = new Piscina<number, number>({ filename, name: job, minThreads: THREADS, maxThreads: THREADS })
    return callSession(
      (seed) => pool.run(seed),
      () => pool.destroy(),
    )
  }
}
