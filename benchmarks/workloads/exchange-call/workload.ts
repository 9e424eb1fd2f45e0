import { sumOf } from '../../harness/values.mjs'
import type { Workload } from '../../harness/workload.js'

const exchangeCall: Omit<Workload, 'name' | 'title' | 'width' | 'size'> = {
  measure: 'rate',
  unit: 'calls',
  expected: ({ size, seed }) => sumOf(size, seed, (value) => value + 1),
  subjects: {
    troupe: () => import('./troupe.js'),
    'troupe, through a server': () => import('./troupe-hub.js'),
    'moleculer TCP': () => import('./moleculer.js'),
    nats: () => import('./nats.js'),
    erlang: () => import('./erlang.js'),
    'raw TCP': () => import('./raw-tcp.js'),
  },
}

/** Each subject has a process for whoever answers, and one for a hub where there is one, all of this machine, over TCP. */
export const exchangeCallOne: Workload = {
  ...exchangeCall,
  name: 'exchange-call',
  title: 'Calls to a process of another system, one at a time',
  size: { full: 5000, quick: 1000 },
  width: 1,
}

export const exchangeCallMany: Workload = {
  ...exchangeCall,
  name: 'exchange-call-64',
  title: 'Calls to a process of another system, 64 in flight',
  size: { full: 64_000, quick: 12_800 },
  width: 64,
}
