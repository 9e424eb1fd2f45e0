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

export const crossCallMany: Workload = {
  ...crossCall,
  name: 'cross-call-256',
  title: 'Calls to another thread, 256 in flight',
  size: { full: 50_000, quick: 10_000 },
  width: 256,
}
