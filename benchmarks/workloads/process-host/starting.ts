import { createSystem, type SpawnOptions } from 'troupe'
import type { StartSession } from '../../harness/workload.js'
import { Idle } from '../idle-thread/idle.mjs'

/** Starts an actor in a place of its own, waits for its first answer, and stops it, one after the other. */
export function startingIn(host: NonNullable<SpawnOptions['host']>): StartSession {
  return async () => {
    const system = await createSystem({ threads: 0 })
    return {
      run: async ({ size }) => {
        let value = 0
        for (let i = 0; i < size; i++) {
          const idle = await system.spawn(Idle, { host })
          if ((await idle.thread()) > 0) value++
          await idle.$.stop()
        }
        return { value }
      },
      close: () => system.stop(),
    }
  }
}
