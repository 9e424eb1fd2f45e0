import { valueAt } from '../../harness/values.mjs'
import type { Input, LoadAdapter, Workload } from '../../harness/workload.js'
import type { Clock } from './fan-out.js'

/** WebSockets on which every report arrives. */
export const CLIENTS = 1000

/** The subject that all of them subscribe to. */
export const SUBJECT = 'plant.17.line.4.temperature'

/** What is published. */
export interface Reading {
  readonly celsius: number
  readonly sensor: string
}

export function readingOf(celsius: number): Reading {
  return { celsius, sensor: 'north' }
}

function expectedOf({ size, seed }: Input): number {
  let sum = 0
  for (let i = 0; i < size / CLIENTS; i++) sum += CLIENTS * valueAt(seed, i)
  return sum
}

function subjectsBy(clock: Clock): Readonly<Record<string, LoadAdapter>> {
  return {
    troupe: async () => ({ start: (await import('./troupe.js')).troupeBy(clock) }),
    'ws, printed once for all': async () => ({ start: (await import('./plain-ws.js')).plainWsBy(clock) }),
  }
}

const live: Omit<Workload, 'name' | 'title' | 'unit' | 'subjects'> = {
  measure: 'rate',
  size: { full: 64 * CLIENTS, quick: 16 * CLIENTS },
  /** Reports after which the publisher waits until all clients have them, so that nothing overflows. */
  width: 16,
  expected: expectedOf,
}

export const gatewayLive: Workload = {
  ...live,
  name: 'gateway-live',
  title: 'Reports to 1 000 WebSocket clients, 16 in a row',
  unit: 'deliveries',
  subjects: subjectsBy('wall'),
}

/** What a core could do if the server had it to itself, without the clients. */
export const gatewayLiveCpu: Workload = {
  ...live,
  name: 'gateway-live-cpu',
  title: 'Reports to 1 000 WebSocket clients, 16 in a row, by the processor time of the server',
  unit: 'deliveries of processor time',
  subjects: subjectsBy('server'),
}

export const gatewayLiveOneCpu: Workload = {
  ...live,
  name: 'gateway-live-one-cpu',
  title: 'Reports to 1 000 WebSocket clients, one at a time, by the processor time of the server',
  unit: 'deliveries of processor time',
  width: 1,
  subjects: subjectsBy('server'),
}
