import { createSystem, type SystemOptions } from 'troupe'
import { tellInBursts } from '../../harness/bursts.js'
import type { StartSession } from '../../harness/workload.js'
import { SinkService } from '../services/sink.js'

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
    run: async (input) => {
      await tellInBursts(input, add, () => sink.caughtUp())
      return { value: await sink.take() }
    },
    close: () => system.stop(),
  }
}
