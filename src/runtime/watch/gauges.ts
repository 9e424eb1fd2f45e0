import { createRequire } from 'node:module'
import { type EventLoopUtilization, performance } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'

/** What a thread can measure of itself. */
export interface Gauges {
  /** The machine's monotonic clock in milliseconds: the same for all threads. */
  nowMs(): number
  /** Processor time that the process has used, all threads together. */
  cpuMs(): number
  heap(): { readonly usedBytes: number; readonly limitBytes: number }
  /** The share of time in which the event loop was busy since the call that returned `last`, and what to give the next call. */
  loop(last: unknown): { readonly utilization: number; readonly now: unknown }
  /** A debugger is attached to the process, which may stop any of its threads. */
  isDebugged(): boolean
}

export const nodeGauges: Gauges = {
  nowMs: () => Number(process.hrtime.bigint()) / 1e6,
  cpuMs() {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  },
  heap() {
    const { used_heap_size: usedBytes, heap_size_limit: limitBytes } = getHeapStatistics()
    return { usedBytes, limitBytes }
  },
  loop(last) {
    const now = performance.eventLoopUtilization()
    const { utilization } = last === undefined ? now : performance.eventLoopUtilization(now, last as EventLoopUtilization)
    return { utilization, now }
  },
  isDebugged: () => inspector()?.url() !== undefined,
}

type Inspector = typeof import('node:inspector')

/** A Node that was built without an inspector has no such module. Loaded when first asked for: to look for it is most of what a beat costs. */
const inspector = once((): Inspector | undefined =>
  process.features.inspector ? (createRequire(import.meta.url)('node:inspector') as Inspector) : undefined,
)

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
