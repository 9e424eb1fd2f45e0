import { sumOf } from '../../harness/values.mjs'
import type { Workload } from '../../harness/workload.js'

const processCall: Omit<Workload, 'name' | 'title' | 'width' | 'size'> = {
  measure: 'rate',
  unit: 'calls',
  expected: ({ size, seed }) => sumOf(size, seed, (value) => value + 1),
  subjects: {
    troupe: () => import('./process.js'),
    'troupe, thread': () => import('./thread.js'),
    tinypool: () => import('./tinypool.js'),
    'child process': () => import('./child-process.js'),
  },
}

export const processCallOne: Workload = {
  ...processCall,
  name: 'process-call',
  title: 'Calls to another process, one at a time',
  size: { full: 5000, quick: 1000 },
  width: 1,
}

export const processCallMany: Workload = {
  ...processCall,
  name: 'process-call-256',
  title: 'Calls to another process, 256 in flight',
  size: { full: 50_000, quick: 10_000 },
  width: 256,
}

/** From spawn to the first answer, and the end. */
export const processStart: Workload = {
  name: 'process-start',
  title: 'Actors started in processes of their own',
  measure: 'rate',
  unit: 'starts',
  size: { full: 10, quick: 3 },
  width: 1,
  expected: ({ size }) => size,
  subjects: {
    troupe: () => import('./start-process.js'),
    'troupe, thread': () => import('./start-thread.js'),
  },
}

/** What a process costs that has answered once and has nothing more to do. Linux only. */
export const idleProcess: Workload = {
  name: 'idle-process',
  title: 'Memory of an idle process',
  measure: 'bytes',
  unit: 'processes',
  size: { full: 8, quick: 4 },
  width: 1,
  expected: ({ size }) => size,
  subjects: {
    troupe: () => import('./idle-process.js'),
    'child process': () => import('./bare-process.js'),
  },
}
