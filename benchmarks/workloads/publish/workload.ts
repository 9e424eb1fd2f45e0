import { valueAt } from '../../harness/values.mjs'
import type { Input, Workload } from '../../harness/workload.js'

/** Who hears every report. */
export const SUBSCRIBERS = 10_000

/** The subject that all of them subscribe to. */
export const SUBJECT = 'plant.17.line.4.temperature'

function expectedOf({ size, seed }: Input): number {
  let sum = 0
  for (let i = 0; i < size / SUBSCRIBERS; i++) sum += SUBSCRIBERS * valueAt(seed, i)
  return sum
}

/** One report after the other, each as soon as the last subscriber has had the one before. */
export const publish: Workload = {
  name: 'publish',
  title: 'Publish to 10 000 subscribers of one subject',
  measure: 'rate',
  unit: 'deliveries',
  size: { full: 500_000, quick: 100_000 },
  width: 1,
  expected: expectedOf,
  subjects: {
    'troupe, 10 000 actors': () => import('./troupe-actors.js'),
    'troupe, one actor': () => import('./troupe-one.js'),
    'troupe, objects': () => import('./troupe-objects.js'),
    EventEmitter: () => import('./event-emitter.js'),
    mitt: () => import('./mitt.js'),
    mqemitter: () => import('./mqemitter.js'),
    moleculer: () => import('./moleculer.js'),
  },
}
