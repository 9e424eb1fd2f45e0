/** One side of what two threads do at the same moment, again and again: what each has seen is written down. */
import { workerData } from 'node:worker_threads'
import { Awake } from '../../../../dist/runtime/links/ring/awake.js'
import { RingReader } from '../../../../dist/runtime/links/ring/ring-reader.js'
import { RingWriter } from '../../../../dist/runtime/links/ring/ring-writer.js'

const { ring, awakeMemory, barrier, seen, role, kind, rounds } = workerData
const numbers = new Int32Array(barrier)
const results = new Uint8Array(seen)
const writer = new RingWriter(ring)
const reader = new RingReader(ring)
const awake = new Awake(awakeMemory, { slot: role, life: 0 })
let rang = 0
const listener = { onRecord: () => 1, onRoom: () => rang++ }
const record = new Uint8Array(1000)

/** Both go on when both have come here, as nearly at once as they can. */
let phase = 0
function meet() {
  phase++
  Atomics.add(numbers, 0, 1)
  for (let looks = 0; Atomics.load(numbers, 0) < phase * 2; looks++) {
    // The other may be waiting for this core.
    if (looks > 10_000) Atomics.wait(numbers, 1, 0, 1)
  }
}

/** Busy for a moment that differs from round to round, so that neither is always first. */
function jitter(/** @type {number} */ round) {
  for (let i = (round * 7919) % 61; i > 0; i--) Atomics.load(numbers, 1)
}

/** A record is published while its reader parks: one of the two must see it. */
const parking = [
  () => {
    writer.put(record)
    return awake.mustRing({ slot: 1, life: 0 })
  },
  () => {
    awake.park()
    return reader.hasMore
  },
]

/** A writer without room begins to wait while its reader makes some. */
const waiting = [
  () => !writer.awaitRoom(),
  () => {
    const before = rang
    reader.read(listener, 1)
    return rang > before
  },
]

function prepare() {
  if (kind === 'parking' && role === 1) {
    reader.read(listener, 1000)
    awake.wake()
  }
  if (kind === 'waiting' && role === 0) while (writer.put(record));
}

const act = /** @type {() => boolean} */ ((kind === 'parking' ? parking : waiting)[role])
for (let round = 0; round < rounds; round++) {
  prepare()
  meet()
  jitter(round + role * 31)
  results[round * 2 + role] = act() ? 1 : 0
  meet()
}
