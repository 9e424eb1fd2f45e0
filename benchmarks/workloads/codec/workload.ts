import type { Workload } from '../../harness/workload.js'
import { expectedOf } from './envelopes.js'

const shape: Omit<Workload, 'name' | 'title' | 'subjects'> = {
  measure: 'rate',
  unit: 'values',
  size: { full: 100_000, quick: 20_000 },
  width: 1,
  expected: expectedOf,
}

export const codec: Workload = {
  ...shape,
  name: 'codec',
  title: 'Encode a small message to bytes and decode it',
  subjects: {
    troupe: () => import('./troupe.js'),
    JSON: () => import('./json.js'),
    'v8.serialize': () => import('./v8-serialize.js'),
    structuredClone: () => import('./structured-clone.js'),
  },
}

export const copy: Workload = {
  ...shape,
  name: 'copy',
  title: 'Copy a small message within a thread',
  subjects: {
    troupe: () => import('./troupe-copy.js'),
    structuredClone: () => import('./structured-clone.js'),
    JSON: () => import('./json.js'),
  },
}
