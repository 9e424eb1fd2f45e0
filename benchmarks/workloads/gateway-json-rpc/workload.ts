import { sumOf } from '../../harness/values.mjs'
import type { LoadAdapter, Workload } from '../../harness/workload.js'
import type { Clock } from './calls-over-http.js'

/** What answers; each listens on a port of its own, and all are asked by the same client. */
const SERVERS: Readonly<Record<string, URL>> = {
  troupe: new URL('./troupe.child.mjs', import.meta.url),
  jayson: new URL('./jayson.child.mjs', import.meta.url),
  'Fastify, a plain handler': new URL('./fastify.child.mjs', import.meta.url),
  'node:http, a plain handler': new URL('./node-http.child.mjs', import.meta.url),
}

function subjectsBy(clock: Clock): Readonly<Record<string, LoadAdapter>> {
  const load = (program: URL) => async () => ({ start: (await import('./calls-over-http.js')).callsOverHttp(program, clock) })
  return Object.fromEntries(Object.entries(SERVERS).map(([name, program]) => [name, load(program)]))
}

const jsonRpc: Omit<Workload, 'name' | 'title' | 'unit' | 'subjects'> = {
  measure: 'rate',
  size: { full: 20_000, quick: 3200 },
  width: 64,
  expected: ({ size, seed }) => sumOf(size, seed, (value) => value + 1),
}

export const gatewayJsonRpc: Workload = {
  ...jsonRpc,
  name: 'gateway-json-rpc',
  title: 'JSON-RPC over HTTP, 64 connections that are kept, a call in flight on each',
  unit: 'calls',
  subjects: subjectsBy('wall'),
}

/** What a core could do if the server had it to itself: steadier than the above where other programs run. */
export const gatewayJsonRpcCpu: Workload = {
  ...jsonRpc,
  name: 'gateway-json-rpc-cpu',
  title: 'JSON-RPC over HTTP, by the processor time of the server',
  unit: 'calls of processor time',
  subjects: subjectsBy('server'),
}
