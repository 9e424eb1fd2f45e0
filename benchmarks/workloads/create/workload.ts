import { sumOf } from '../../harness/values.mjs'
import type { Workload } from '../../harness/workload.js'

export const create: Workload = {
  name: 'create',
  title: 'Create actors in one thread and send each a message',
  measure: 'rate',
  unit: 'actors',
  size: { full: 100_000, quick: 10_000 },
  width: 1,
  expected: ({ size, seed }) => sumOf(size, seed),
  subjects: {
    troupe: () => import('./troupe.js'),
    nact: () => import('./nact.js'),
    xstate: () => import('./xstate.js'),
    erlang: () => import('./erlang.js'),
  },
}

/** What an idle actor costs while a reference to it is held; the eight bytes of the array that holds it are counted. */
export const memory: Workload = {
  name: 'memory',
  title: 'Heap of an idle actor, many kept alive',
  measure: 'bytes',
  unit: 'actors',
  size: { full: 100_000, quick: 100_000 },
  width: 1,
  expected: ({ size }) => size,
  subjects: {
    troupe: () => import('./troupe-memory.js'),
    nact: () => import('./nact-memory.js'),
    xstate: () => import('./xstate-memory.js'),
    erlang: () => import('./erlang-memory.js'),
  },
}
