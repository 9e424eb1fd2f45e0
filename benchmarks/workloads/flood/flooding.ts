import { createSystem } from 'troupe'
import { valueAt } from '../../harness/values.mjs'
import type { StartSession } from '../../harness/workload.js'
import { FloodedService } from '../services/flooded.js'
import { BURST } from './workload.js'

/** Floods an actor on another thread; with 0 as `maxRingBytes` over message ports. */
export function floodingOver(maxRingBytes?: number): StartSession {
  return async () => {
    const system = await createSystem({ threads: 1, ...(maxRingBytes === undefined ? {} : { maxRingBytes }) })
    const flooded = await system.spawn(FloodedService, { host: { thread: 1 } })
    const { take } = flooded.$.tell
    return {
      run: async ({ size, seed }) => {
        await flooded.begin()
        for (let i = 0; i < size; i++) {
          if (take(valueAt(seed, i)) !== 'accepted') throw new Error(`message ${i} was not accepted`)
          if (i % BURST === BURST - 1) await flooded.caughtUp()
        }
        const { count, lateMs } = await flooded.end()
        return { value: count, own: lateMs }
      },
      close: () => system.stop(),
    }
  }
}
