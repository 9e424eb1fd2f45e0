import type { Workload } from '../../harness/workload.js'

const shape: Omit<Workload, 'name' | 'title' | 'unit' | 'subjects'> = {
  measure: 'bytes',
  size: { full: 100_000, quick: 100_000 },
  width: 1,
  expected: ({ size }) => size,
}

/** What announcing it costs, beyond the actor and its name. */
export const serviceMemory: Workload = {
  ...shape,
  name: 'service-memory',
  title: 'Heap of a service in the registry, beyond that of its actor',
  unit: 'services',
  subjects: {
    troupe: () => import('./services-troupe.js'),
    Map: () => import('./services-map.js'),
  },
}

/** What subscribing costs, beyond the actor and its listener; nothing is published. */
export const subscriptionMemory: Workload = {
  ...shape,
  name: 'subscription-memory',
  title: 'Heap of a subscription with a listener, 100 000 of one actor',
  unit: 'subscriptions',
  subjects: {
    troupe: () => import('./subscriptions-troupe.js'),
    EventEmitter: () => import('./subscriptions-event-emitter.js'),
    mitt: () => import('./subscriptions-mitt.js'),
    mqemitter: () => import('./subscriptions-mqemitter.js'),
  },
}
