import { sumOf } from '../../harness/values.mjs'
import type { Workload } from '../../harness/workload.js'

/** Services to find one among. */
export const SERVICES = 10_000

export const lookup: Workload = {
  name: 'lookup',
  title: 'Look up a service by name among 10 000',
  measure: 'rate',
  unit: 'lookups',
  size: { full: 1_000_000, quick: 100_000 },
  width: 1,
  expected: ({ size, seed }) => sumOf(size, seed),
  subjects: {
    troupe: () => import('./troupe.js'),
    moleculer: () => import('./moleculer.js'),
    Map: () => import('./map.js'),
  },
}
