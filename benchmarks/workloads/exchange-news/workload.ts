import type { Workload } from '../../harness/workload.js'

/** PERFORMANCE has the figure of the original: 79 ms. */
export const exchangeNewcomer: Workload = {
  name: 'exchange-newcomer',
  title: 'All services of a server are announced to a process that connects',
  measure: 'milliseconds',
  unit: 'connecting to 10 000 services',
  size: { full: 10_000, quick: 1000 },
  width: 1,
  expected: ({ size }) => size,
  subjects: { troupe: () => import('./newcomer.js') },
}

/** The original takes 1 500 bytes. */
export const exchangeMemory: Workload = {
  name: 'exchange-memory',
  title: 'Heap of a service of another process',
  measure: 'bytes',
  unit: 'services',
  size: { full: 100_000, quick: 10_000 },
  width: 1,
  expected: ({ size }) => size,
  subjects: { troupe: () => import('./memory.js') },
}

/** The original takes 0.93 ms. */
export const exchangeWithdrawn: Workload = {
  name: 'exchange-withdrawn',
  title: 'A server is killed: what was behind it is withdrawn at its clients',
  measure: 'milliseconds',
  unit: 'noticing',
  size: { full: 100, quick: 10 },
  width: 1,
  expected: ({ size }) => size,
  subjects: { troupe: () => import('./withdrawn.js') },
}
