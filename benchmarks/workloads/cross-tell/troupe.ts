import { createSystem, type SystemOptions } from 'troupe'
import { valueAt } from '../../harness/values.mjs'
import type { StartSession } from '../../harness/workload.js'
import { SinkService } from '../services/sink.js'
import { BURST } from './workload.js'

export const start = tellsWith({})

/** Messages to a service on another thread of a system made so. */
export function tellsWith(options: SystemOptions): StartSession {
  return () => startWith(options)
}

const startWith = async (options: SystemOptions): ReturnType<StartSession> => {
  const system = await createSystem({ threads: 1, ...options })
  const sink = await system.spawn(SinkService, { host: { thread: 1 } })
  const { add } = sink.$.tell
  return {
    run: async ({ size, seed }) => {
      for (let i = 0; i < size; i++) {
        if (add(valueAt(seed, i)) !== 'accepted') throw new Error(`message ${i} was not accepted`)
        if (i % BURST === BURST - 1) await sink.caughtUp()
      }
      return { value: await sink.take() }
    },
    close: () => system.stop(),
  }
}
