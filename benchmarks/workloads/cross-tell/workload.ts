import { sumOf } from '../../harness/values.mjs'
import type { Workload } from '../../harness/workload.js'

export const crossTell: Workload = {
  name: 'cross-tell',
  title: 'Messages to another thread, a round trip after each 8192',
  measure: 'rate',
  unit: 'messages',
  size: { full: 200_000, quick: 50_000 },
  width: 1,
  expected: ({ size, seed }) => sumOf(size, seed),
  subjects: {
    troupe: () => import('./troupe.js'),
    'troupe, message ports': () => import('./troupe-ports.js'),
    'message port': () => import('./message-port.js'),
  },
}

export const crossTellOneCore: Workload = {
  ...crossTell,
  name: 'cross-tell-one-core',
  title: 'Messages to another thread on the same core, a round trip after each 8192',
  oneCore: true,
}
