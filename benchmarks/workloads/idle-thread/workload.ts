import type { Workload } from '../../harness/workload.js'

/** What a worker thread costs that has answered once and has nothing more to do: resident memory, its code included. */
export const idleThread: Workload = {
  name: 'idle-thread',
  title: 'Memory of the process for an idle worker thread',
  measure: 'bytes',
  unit: 'threads',
  size: { full: 8, quick: 4 },
  width: 1,
  expected: ({ size }) => size,
  subjects: {
    troupe: () => import('./troupe.js'),
    worker: () => import('./worker.js'),
  },
}
