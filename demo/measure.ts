/** The passes of the demo, in order: what is compared runs in one process, on a warm file cache, in alternating order. */

import type { System } from 'troupe'
import type { Batch } from './batches.js'
import { CounterService } from './counter.service.js'
import { countAlone, countInPool, type Pass, type PassOptions } from './pass.js'
import { Progress } from './progress.js'

export interface Measured {
  /** The sequential pass before all others, which they are checked against; it also fills the file cache. */
  readonly reference: Pass
  /** A plain loop in this thread, once it is warm. */
  readonly alone: readonly Pass[]
  /** The pool with one worker. */
  readonly one: readonly Pass[]
  /** The pool with a worker on each thread. */
  readonly all: readonly Pass[]
}

export interface Input {
  readonly root: string
  readonly batches: readonly Batch[]
  readonly bytes: number
  readonly signal: AbortSignal
}

const ROUNDS = 3
/** When one pass takes longer, there is one round only, so that the demo ends within a minute. */
const LONG_PASS_SECONDS = 5

export async function measure(system: System, input: Input): Promise<Measured> {
  const reference = await run(input, 'check: plain loop, no actors', countAlone)
  await throughPool(system, system.threads, input, 'warm-up: all threads')
  const rounds = reference.seconds > LONG_PASS_SECONDS ? 1 : ROUNDS
  const measured = { reference, alone: [] as Pass[], one: [] as Pass[], all: [] as Pass[] }
  for (let round = 1; round <= rounds; round++) {
    const steps = [
      async () => measured.alone.push(await run(input, `round ${round}: plain loop, no actors`, countAlone)),
      async () => measured.one.push(await throughPool(system, 1, input, `round ${round}: pool on one thread`)),
      async () =>
        measured.all.push(await throughPool(system, system.threads, input, `round ${round}: pool on all threads (${system.threads})`)),
    ]
    if (round % 2 === 0) steps.reverse()
    for (const step of steps) await step()
  }
  return measured
}

/** Makes a pool for one pass: its workers begin with nothing, so every pass does the same work. */
async function throughPool(system: System, size: number, input: Input, label: string): Promise<Pass> {
  const pool = await system.pool(CounterService, { size, init: { root: input.root } })
  try {
    return await run(input, label, (options) => countInPool(pool, options))
  } finally {
    await pool.$.stop()
  }
}

async function run(input: Input, label: string, pass: (options: PassOptions) => Promise<Pass>): Promise<Pass> {
  const progress = new Progress(process.stdout, label, input.bytes)
  const done = await pass({ ...input, onBatch: (batch) => progress.add(batch.bytes) })
  progress.end()
  return done
}
