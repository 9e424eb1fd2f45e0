import type { Workload } from '../../harness/workload.js'

/** Children of each actor that is not a leaf. */
export const FAN_OUT = 10

/** A tree of actors, each of which makes ten and adds up what they answer; the leaves answer with their numbers. */
export const skynet: Workload = {
  name: 'skynet',
  title: 'Skynet: a tree of actors with a million leaves adds up their numbers',
  measure: 'rate',
  unit: 'leaves',
  size: { full: 1_000_000, quick: 10_000 },
  width: 1,
  expected: ({ size, seed }) => (size * (size - 1)) / 2 + size * seed,
  subjects: {
    troupe: () => import('./troupe.js'),
    erlang: () => import('./erlang.js'),
  },
}
