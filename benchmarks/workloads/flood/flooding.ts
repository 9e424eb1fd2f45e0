import { createSystem } from 'troupe'
import { tellInBursts } from '../../harness/bursts.js'
import type { StartSession } from '../../harness/workload.js'
import { FloodedService } from '../services/flooded.js'

/** Floods an actor on another thread; with 0 as `maxRingBytes` over message ports. */
export function floodingOver(maxRingBytes?: number): StartSession {
  return async () => {
    const system = await createSystem({ threads: 1, ...(maxRingBytes === undefined ? {} : { maxRingBytes }) })
    const flooded = await system.spawn(FloodedService, { host: { thread: 1 } })
    const { take } = flooded.$.tell
    return {
      run: async (input) => {
        await flooded.begin()
        await tellInBursts(input, take, () => flooded.caughtUp())
        const { count, lateMs } = await flooded.end()
        return { value: count, own: lateMs }
      },
      close: () => system.stop(),
    }
  }
}
