import type { Workload } from '../../harness/workload.js'

/** Services that come and go. */
export const SERVICES = 1000

const shape: Omit<Workload, 'name' | 'title' | 'unit' | 'subjects'> = {
  measure: 'rate',
  size: { full: 200_000, quick: 40_000 },
  width: 1,
  expected: ({ size }) => size,
}

/** Every other change is a withdrawal. */
export const announce: Workload = {
  ...shape,
  name: 'announce',
  title: 'Announce services to a thread and withdraw them, 1 000 at a time, one observer',
  unit: 'changes',
  subjects: {
    troupe: () => import('./troupe.js'),
    'Map and EventEmitter': () => import('./map.js'),
  },
}

/** Every other change is leaving. */
export const groups: Workload = {
  ...shape,
  name: 'groups',
  title: 'Join groups and leave them, from within a service',
  unit: 'changes',
  subjects: {
    troupe: () => import('./groups-troupe.js'),
    'async function': () => import('./groups-function.js'),
  },
}
