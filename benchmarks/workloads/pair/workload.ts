import { sumOf } from '../../harness/values.mjs'
import type { Workload } from '../../harness/workload.js'

/**
 * The ratio to the same with the main thread idle shows whether it has a part in what two others do; where there are two cores, also that a computing
 * main takes one. What that alone costs shows where a thread of nobody takes it.
 */
export const pair: Workload = {
  name: 'pair',
  title: 'Two worker threads call each other, one call at a time each',
  measure: 'rate',
  unit: 'calls',
  size: { full: 5000, quick: 1000 },
  width: 2,
  expected: ({ size, seed }) => 2 * sumOf(size / 2, seed, (value) => value + 1),
  subjects: {
    'troupe, main busy': async () => (await import('./troupe.js')).adapterWith('busy'),
    'troupe, main blocked': async () => (await import('./troupe.js')).adapterWith('blocked'),
    'troupe, core taken': async () => (await import('./troupe.js')).adapterWith('elsewhere'),
    'troupe, main idle': async () => (await import('./troupe.js')).adapterWith('idle'),
    'message port, main busy': async () => (await import('./message-port.js')).adapterWith('busy'),
    'message port, main idle': async () => (await import('./message-port.js')).adapterWith('idle'),
  },
}
