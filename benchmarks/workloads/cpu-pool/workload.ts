import { availableParallelism } from 'node:os'
import { sumOf } from '../../harness/values.mjs'
import type { Workload } from '../../harness/workload.js'
import { churn } from './churn.mjs'

/** Threads of every pool. */
export const THREADS = availableParallelism()

export const cpuPool: Workload = {
  name: 'cpu-pool',
  title: `Jobs of a millisecond on ${THREADS} threads, 64 in flight`,
  measure: 'rate',
  unit: 'jobs',
  size: { full: 400, quick: 100 },
  width: 64,
  expected: ({ size, seed }) => sumOf(size, seed, churn),
  subjects: {
    troupe: () => import('./troupe.js'),
    piscina: () => import('./piscina.js'),
    tinypool: () => import('./tinypool.js'),
    workerpool: () => import('./workerpool.js'),
    'one thread': () => import('./one-thread.js'),
  },
}
