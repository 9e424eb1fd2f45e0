import { createSystem } from 'troupe'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'
import { ChurnerService } from '../services/churner.js'
import { type Job, THREADS } from './workload.js'

export function poolFor(job: Job): StartSession {
  return async () => {
    const system = await createSystem({ threads: THREADS, timeoutMs: 60_000 })
    const pool = await system.pool(ChurnerService, { size: THREADS })
    return callSession(pool[job], () => system.stop())
  }
}
