import type { Workload } from '../../harness/workload.js'

/** Savina's ping-pong; the number that goes to and fro grows by one each time, from the seed on. */
export const pingPong: Workload = {
  name: 'ping-pong',
  title: 'Messages to and fro between two actors of the same thread',
  measure: 'rate',
  unit: 'messages',
  size: { full: 40_000, quick: 40_000 },
  width: 1,
  expected: ({ size, seed }) => seed + size,
  subjects: {
    troupe: () => import('./troupe.js'),
    'troupe, Remote passed on': () => import('./troupe-passing.js'),
    nact: () => import('./nact.js'),
    xstate: () => import('./xstate.js'),
    erlang: () => import('./erlang.js'),
  },
}
