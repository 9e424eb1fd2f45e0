import { setImmediate } from 'node:timers/promises'
import type { VirtualTime } from '../../src/testing/virtual-time.js'

/** Turns of the event loop in which everything that is sent at one moment arrives. */
export const TURNS = 40

/** Lets happen what happens at this moment. */
export async function settleNow(): Promise<void> {
  for (let i = 0; i < TURNS; i++) await setImmediate()
}

/** Lets time pass, one timer after the other. */
export async function passTime(time: VirtualTime, ms: number): Promise<void> {
  const end = time.now() + ms
  await settleNow()
  while (time.nextDueMs <= end) {
    time.moveTo(time.nextDueMs)
    await settleNow()
  }
  time.moveTo(end)
  await settleNow()
}
