import { sumOf } from '../../harness/values.mjs'
import type { Workload } from '../../harness/workload.js'

/** Savina's counting actor: all messages to one actor, then a query for what it has counted. */
export const tell: Workload = {
  name: 'tell',
  title: 'Messages to one actor of the same thread, then a query',
  measure: 'rate',
  unit: 'messages',
  size: { full: 1_000_000, quick: 100_000 },
  width: 1,
  expected: ({ size, seed }) => sumOf(size, seed),
  subjects: {
    troupe: () => import('./troupe.js'),
    nact: () => import('./nact.js'),
    xstate: () => import('./xstate.js'),
    erlang: () => import('./erlang.js'),
  },
}
