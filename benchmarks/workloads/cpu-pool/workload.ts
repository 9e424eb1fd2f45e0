import { availableParallelism } from 'node:os'
import { sumOf } from '../../harness/values.mjs'
import type { Workload } from '../../harness/workload.js'
import { churn, churnLong } from './churn.mjs'

/** Of a millisecond, and of ten. */
export type Job = 'churn' | 'churnLong'

/** Threads of every pool. */
export const THREADS = availableParallelism()

export const cpuPool: Workload = {
  name: 'cpu-pool',
  title: `Jobs of a millisecond on ${THREADS} threads, 64 in flight`,
  measure: 'rate',
  unit: 'jobs',
  size: { full: 3000, quick: 100 },
  width: 64,
  expected: ({ size, seed }) => sumOf(size, seed, churn),
  subjects: {
    troupe: async () => ({ start: (await import('./troupe.js')).poolFor('churn') }),
    piscina: async () => ({ start: (await import('./piscina.js')).poolFor('churn') }),
    tinypool: () => import('./tinypool.js'),
    workerpool: () => import('./workerpool.js'),
    'one thread': async () => ({ start: (await import('./one-thread.js')).poolFor('churn') }),
  },
}

export const cpuPoolLong: Workload = {
  name: 'cpu-pool-10',
  title: `Jobs of ten milliseconds on ${THREADS} threads, 64 in flight`,
  measure: 'rate',
  unit: 'jobs',
  size: { full: 400, quick: 50 },
  width: 64,
  expected: ({ size, seed }) => sumOf(size, seed, churnLong),
  subjects: {
    troupe: async () => ({ start: (await import('./troupe.js')).poolFor('churnLong') }),
    piscina: async () => ({ start: (await import('./piscina.js')).poolFor('churnLong') }),
    'one thread': async () => ({ start: (await import('./one-thread.js')).poolFor('churnLong') }),
  },
}
