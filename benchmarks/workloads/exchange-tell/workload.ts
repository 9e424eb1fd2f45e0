import { sumOf } from '../../harness/values.mjs'
import type { Workload } from '../../harness/workload.js'

export const exchangeTell: Workload = {
  name: 'exchange-tell',
  title: 'Messages to a process of another system',
  measure: 'rate',
  unit: 'messages',
  size: { full: 400_000, quick: 50_000 },
  width: 1,
  expected: ({ size, seed }) => sumOf(size, seed, (value) => value),
  subjects: {
    troupe: () => import('./troupe.js'),
    'troupe, through a server': () => import('./troupe-hub.js'),
    nats: () => import('./nats.js'),
  },
}
