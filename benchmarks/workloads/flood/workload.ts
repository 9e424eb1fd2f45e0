import type { Workload } from '../../harness/workload.js'

/** A thread gets messages as fast as another can send them, and has a timer of a millisecond, by which it measures its own delay. */
export const flood: Workload = {
  name: 'flood',
  title: 'How late a timer of 1 ms is in a thread flooded with messages: 99 of 100 are no later',
  measure: 'milliseconds',
  unit: 'delay',
  size: { full: 5_000_000, quick: 100_000 },
  width: 1,
  expected: ({ size }) => size,
  subjects: {
    troupe: () => import('./troupe.js'),
    'troupe, message ports': () => import('./troupe-ports.js'),
    'message port': () => import('./message-port.js'),
  },
}
