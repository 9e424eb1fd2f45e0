import { sumOf } from '../../harness/values.mjs'
import type { Workload } from '../../harness/workload.js'

const crossCall: Omit<Workload, 'name' | 'title' | 'width' | 'size'> = {
  measure: 'rate',
  unit: 'calls',
  expected: ({ size, seed }) => sumOf(size, seed, (value) => value + 1),
  subjects: {
    troupe: () => import('./troupe.js'),
    'bare ring': () => import('./bare-ring.js'),
    'troupe, message ports': () => import('./troupe-ports.js'),
    comlink: () => import('./comlink.js'),
    piscina: () => import('./piscina.js'),
    tinypool: () => import('./tinypool.js'),
    workerpool: () => import('./workerpool.js'),
    'message port': () => import('./message-port.js'),
  },
}

export const crossCallOne: Workload = {
  ...crossCall,
  name: 'cross-call',
  title: 'Calls to another thread, one at a time',
  size: { full: 20_000, quick: 1000 },
  width: 1,
}

/** Where both threads share a core, a thread that waits must not take it from the other. */
const ONE_CORE = {
  troupe: crossCall.subjects['troupe'],
  'troupe, message ports': crossCall.subjects['troupe, message ports'],
} as Workload['subjects']

export const crossCallOneCore: Workload = {
  ...crossCall,
  subjects: ONE_CORE,
  name: 'cross-call-one-core',
  title: 'Calls to another thread on the same core, one at a time',
  size: { full: 10_000, quick: 1000 },
  width: 1,
  oneCore: true,
}

export const crossCallManyOneCore: Workload = {
  ...crossCall,
  subjects: ONE_CORE,
  name: 'cross-call-256-one-core',
  title: 'Calls to another thread on the same core, 256 in flight',
  size: { full: 50_000, quick: 10_000 },
  width: 256,
  oneCore: true,
}

export const crossCallMany: Workload = {
  ...crossCall,
  name: 'cross-call-256',
  title: 'Calls to another thread, 256 in flight',
  size: { full: 50_000, quick: 10_000 },
  width: 256,
}
