import type { Workload } from '../../harness/workload.js'

/** Worker threads that have just been busy, and wait. */
export const THREADS = 4
/** How long nothing is asked of them. */
export const IDLE_MS = 5000

export const idleCpu: Workload = {
  name: 'idle-cpu',
  title: `Processor time of ${THREADS} worker threads that have nothing to do, over ${IDLE_MS / 1000} seconds`,
  measure: 'percent',
  unit: 'all threads',
  size: { full: THREADS, quick: THREADS },
  width: 1,
  expected: ({ size, seed }) => size * (seed + 1),
  subjects: {
    troupe: () => import('./troupe.js'),
    'worker threads': () => import('./workers.js'),
  },
}
