import { callsOf } from '../../harness/in-flight.js'
import { churn } from './churn.mjs'

/** What one thread does without any pool: ours divided by this is how many threads' worth of work the pool does. */
export const start = callsOf(async (seed) => churn(seed))
