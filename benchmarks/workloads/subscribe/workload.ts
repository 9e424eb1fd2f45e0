import type { Workload } from '../../harness/workload.js'

/** Subscriptions that one actor holds at once. */
export const BATCH = 1000

export const subscribe: Workload = {
  name: 'subscribe',
  title: 'Subscribe with a listener, and close it again, 1 000 open at once',
  measure: 'rate',
  unit: 'subscriptions',
  size: { full: 100_000, quick: 20_000 },
  width: 1,
  expected: ({ size }) => size,
  subjects: {
    troupe: () => import('./troupe.js'),
    EventEmitter: () => import('./event-emitter.js'),
    mitt: () => import('./mitt.js'),
    mqemitter: () => import('./mqemitter.js'),
  },
}
