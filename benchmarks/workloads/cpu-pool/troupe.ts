import { createSystem } from 'troupe'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'
import { ChurnerService } from '../services/churner.js'
import { THREADS } from './workload.js'

export const start: StartSession = async () => {
  const system = await createSystem({ threads: THREADS })
  const pool = await system.pool(ChurnerService, { size: THREADS })
  return callSession(pool.churn, () => system.stop())
}
