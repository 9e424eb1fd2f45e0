import { sumOf } from '../../harness/values.mjs'
import type { Workload } from '../../harness/workload.js'

const call: Omit<Workload, 'name' | 'title' | 'width' | 'subjects'> = {
  measure: 'rate',
  unit: 'calls',
  size: { full: 100_000, quick: 20_000 },
  expected: ({ size, seed }) => sumOf(size, seed, (value) => value + 1),
}

const subjects: Workload['subjects'] = {
  'troupe service': () => import('./troupe-service.js'),
  'troupe light actor': () => import('./troupe-light.js'),
  nact: () => import('./nact.js'),
  moleculer: () => import('./moleculer.js'),
  erlang: () => import('./erlang.js'),
  'async function': () => import('./function.js'),
}

export const callOne: Workload = { ...call, name: 'call', title: 'Calls within a thread, one at a time', width: 1, subjects }

export const callMany: Workload = { ...call, name: 'call-100', title: 'Calls within a thread, 100 in flight', width: 100, subjects }
