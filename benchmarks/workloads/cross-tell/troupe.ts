import { createSystem } from 'troupe'
import { valueAt } from '../../harness/values.mjs'
import type { StartSession } from '../../harness/workload.js'
import { SinkService } from '../services/sink.js'
import { BURST } from './workload.js'

export const start: StartSession = async () => {
  const system = await createSystem({ threads: 1 })
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
