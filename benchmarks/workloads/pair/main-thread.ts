import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { Answer } from '../../harness/workload.js'

/**
 * What the main thread does meanwhile: waits, computes (and takes a core), or sleeps without looking at its messages. `'elsewhere'`: it waits, and a
 * thread that has nothing to do with either takes the core.
 */
export type Activity = 'idle' | 'busy' | 'blocked' | 'elsewhere'

/** What one of the two workers did, by its own clock. */
export interface Drive {
  readonly sum: number
  readonly elapsedMs: number
}

const SLICE_MS = 20
const MOST_SLICES = 3000

/** Keeps the main thread at its activity until both workers are done. */
export async function whileDriving(activity: Activity, drives: readonly PromiseLike<Drive>[]): Promise<Answer> {
  const both = Promise.all(drives)
  const done = { now: false }
  const finished = both.finally(() => {
    done.now = true
  })
  const stranger = activity === 'elsewhere' ? new Worker('for (;;);', { eval: true }) : undefined
  const occupy = OCCUPY[activity]
  for (let slices = 0; occupy !== undefined && !done.now && slices < MOST_SLICES; slices++) {
    // What was sent leaves, and what has come is seen, between two slices only.
    await setImmediate()
    occupy()
  }
  const results = await finished
  await stranger?.terminate()
  return { value: results.reduce((total, { sum }) => total + sum, 0), own: Math.max(...results.map(({ elapsedMs }) => elapsedMs)) }
}

const OCCUPY: Readonly<Record<Activity, (() => void) | undefined>> = {
  idle: undefined,
  elsewhere: undefined,
  busy: () => {
    const endMs = performance.now() + SLICE_MS
    while (performance.now() < endMs);
  },
  blocked: () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SLICE_MS),
}
