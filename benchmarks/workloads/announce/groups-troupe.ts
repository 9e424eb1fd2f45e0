import { createSystem } from 'troupe'
import { partsOf } from '../../../dist/actors/facade/remote.js'
import type { StartSession } from '../../harness/workload.js'
import { JoinerService } from '../services/member.js'

/** Each change is awaited, and all are heard by an observer. */
export const start: StartSession = async () => {
  const system = await createSystem({ threads: 0 })
  const joiner = await system.spawn(JoinerService)
  let value = 0
  partsOf(joiner)?.core.directory.observe({ interest: { address: joiner.$.binding.address }, notify: () => value++ })
  return {
    run: async ({ size, seed }) => {
      value = 0
      await joiner.$.with({ timeoutMs: 60_000 }).joinAndLeave(size, seed)
      return { value }
    },
    close: () => system.stop(),
  }
}
