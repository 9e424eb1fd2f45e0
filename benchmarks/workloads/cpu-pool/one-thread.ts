import { callsOf } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'
import { churn, churnLong } from './churn.mjs'
import type { Job } from './workload.js'

/** What one thread does without any pool: ours divided by this is how many threads' worth of work the pool does. */
export function poolFor(job: Job): StartSession {
  const work = job === 'churn' ? churn : churnLong
  return callsOf(async (seed) => work(seed))
}
