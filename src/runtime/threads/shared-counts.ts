import { COUNTER_BYTES, Counters } from '../../actors/kernel/counters.js'
import { clearVitals, VITALS_BYTES, type VitalsMemory } from '../../actors/kernel/vitals.js'
import { type AwakeMemory, clearAwake, newAwakeMemory } from '../links/ring/awake.js'
import { clearRingRoom, newRingRoomMemory, type RingRoomMemory } from '../links/ring/ring-room.js'
import type { ThreadLoad } from './placement.js'

/** Threads of their own that can live beside the numbered ones at a time. */
export const MAX_DEDICATED = 64

/**
 * Counts of all threads in memory that each can read and that outlives a thread.
 *
 *   counters  one block of COUNTER_BYTES a slot, written by that thread alone
 *   placed    one Int32 a slot: actors placed there that live, written by that thread alone
 *   listening one Int32: how many listen to dead letters, written by thread 0
 *   awake     which threads run
 *   ringRoom  what their rings have grown by
 *   vitals    VITALS_BYTES a slot, written by that thread alone; memory that no thread has touched costs nothing
 */
export interface SharedCounts {
  readonly counters: readonly SharedArrayBuffer[]
  readonly placed: Int32Array<SharedArrayBuffer>
  readonly listening: Int32Array<SharedArrayBuffer>
  readonly awake: AwakeMemory
  readonly ringRoom: RingRoomMemory
  readonly vitals: SharedArrayBuffer
}

export function newSharedCounts(threads: number): SharedCounts {
  const slots = 1 + threads + MAX_DEDICATED
  return {
    counters: Array.from({ length: slots }, () => new SharedArrayBuffer(COUNTER_BYTES)),
    placed: new Int32Array(new SharedArrayBuffer(slots * Int32Array.BYTES_PER_ELEMENT)),
    listening: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
    awake: newAwakeMemory(slots),
    ringRoom: newRingRoomMemory(slots),
    vitals: new SharedArrayBuffer(slots * VITALS_BYTES),
  }
}

/** What a slot shows of itself. */
export function vitalsIn({ vitals }: SharedCounts, slot: number): VitalsMemory {
  return { buffer: vitals, offset: slot * VITALS_BYTES }
}

/** What placement needs to know of the worker threads. */
export function loadsOf(counts: SharedCounts, threads: number): readonly ThreadLoad[] {
  return Array.from({ length: threads }, (_, i): ThreadLoad => {
    const slot = i + 1
    return { slot, placed: Atomics.load(counts.placed, slot), queued: new Counters(counts.counters[slot]).read().queued }
  })
}

/** Simulation: what a thread that is dead still counts does not count, since its realm lives on. */
export function abandonCounters(counts: SharedCounts, slot: number): void {
  const slots = counts.counters as SharedArrayBuffer[]
  slots[slot] = slots[slot]?.slice(0) as SharedArrayBuffer
}

/** A thread has died: nothing lives or waits there any more. Its slot has no writer now but the caller. `flow` as in {@link Counters.threadEnded}. */
export function clearSlot(counts: SharedCounts, slot: number, flow: number): void {
  Atomics.store(counts.placed, slot, 0)
  clearAwake(counts.awake, slot)
  clearRingRoom(counts.ringRoom, slot)
  clearVitals(vitalsIn(counts, slot))
  new Counters(counts.counters[slot]).threadEnded(flow)
}
