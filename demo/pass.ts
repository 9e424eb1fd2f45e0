/** One pass over the input: without actors, or through a pool of them. */

import type { Remote } from 'troupe'
import type { Batch } from './batches.js'
import { countFile } from './count-file.js'
import type { CounterApi } from './counter.contract.js'
import { IdentifierSet } from './identifier-set.js'
import { Tally } from './tally.js'

/** What one thread did in a pass. */
export interface Share {
  jobs: number
  files: number
  bytes: number
}

export interface Pass {
  readonly tally: Tally
  readonly seconds: number
  /** By thread number. */
  readonly shares: ReadonlyMap<number, Share>
}

export interface PassOptions {
  readonly root: string
  readonly batches: readonly Batch[]
  readonly signal: AbortSignal
  readonly onBatch: (batch: Batch) => void
}

/** The pool of counters, as far as a pass needs it. */
export type CounterPool = Remote<typeof CounterApi> & { readonly $: { readonly size: number } }

/** Jobs on their way for each worker: one that runs and one that waits, so that no worker waits for thread 0. */
const JOBS_PER_WORKER = 2

/** Counts everything in this thread, in a plain loop. */
export async function countAlone({ root, batches, signal, onBatch }: PassOptions): Promise<Pass> {
  const startMs = performance.now()
  const tally = new Tally()
  const identifiers = new IdentifierSet()
  for (const batch of batches) {
    for (const path of batch.paths) tally.addFile(countFile(root, path, (identifier) => addNew(tally, identifiers.add(identifier))))
    onBatch(batch)
    await new Promise((resolve) => setImmediate(resolve)) // lets Ctrl-C and the progress bar in
    signal.throwIfAborted()
  }
  return { tally, seconds: secondsSince(startMs), shares: new Map() }
}

function addNew(tally: Tally, identifier: string | undefined): void {
  if (identifier !== undefined) tally.addIdentifier(identifier)
}

/**
 * Counts everything in a pool.
 *
 * - **Back-pressure**: a few lanes take batches from one iterator, each the next one when its last is done; no more than that is in flight.
 */
export async function countInPool(pool: CounterPool, { batches, signal, onBatch }: PassOptions): Promise<Pass> {
  const startMs = performance.now()
  const tally = new Tally()
  const shares = new Map<number, Share>()
  const counter = pool.$.with({ signal })
  const left = batches.values()
  const lane = async (): Promise<void> => {
    for (const batch of left) {
      const { thread, files, newIdentifiers } = await counter.count([...batch.paths])
      for (const file of files) tally.addFile(file)
      for (const identifier of newIdentifiers) tally.addIdentifier(identifier)
      addShare(shares, thread, batch)
      onBatch(batch)
    }
  }
  await Promise.all(Array.from({ length: pool.$.size * JOBS_PER_WORKER }, lane))
  return { tally, seconds: secondsSince(startMs), shares }
}

function addShare(shares: Map<number, Share>, thread: number, batch: Batch): void {
  const share = shares.get(thread) ?? { jobs: 0, files: 0, bytes: 0 }
  share.jobs++
  share.files += batch.paths.length
  share.bytes += batch.bytes
  shares.set(thread, share)
}

function secondsSince(startMs: number): number {
  return (performance.now() - startMs) / 1000
}
