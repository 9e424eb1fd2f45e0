import { fileURLToPath } from 'node:url'
import { pool as createPool } from 'workerpool'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'

const script = fileURLToPath(new URL('./workerpool.worker.mjs', import.meta.url))

/** One thread; workerpool gives a worker one task at a time, whatever is in flight. */
export const start: StartSession = async () => {
  const pool = createPool(script, { workerType: 'thread', minWorkers: 1, maxWorkers: 1 })
  return callSession(
    async (value) => (await pool.exec('next', [value])) as number,
    async () => await pool.terminate(true),
  )
}
