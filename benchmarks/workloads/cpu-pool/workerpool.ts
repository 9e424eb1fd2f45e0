import { fileURLToPath } from 'node:url'
import { pool as createPool } from 'workerpool'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'
import { THREADS } from './workload.js'

const script = fileURLToPath(new URL('./workerpool.worker.mjs', import.meta.url))

export const start: StartSession = async () => {
  const pool = createPool(script, { workerType: 'thread', minWorkers: THREADS, maxWorkers: THREADS })
  return callSession(
    async (seed) => (await pool.exec('churn', [seed])) as number,
    async () => await pool.terminate(true),
  )
}
