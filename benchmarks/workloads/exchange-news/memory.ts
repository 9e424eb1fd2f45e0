import { createSystem } from 'troupe'
import { createExchange } from 'troupe/exchange'
import { heapBytes } from '../../harness/measure.js'
import type { StartSession } from '../../harness/workload.js'
import { startChild } from '../exchange-call/children.js'

/** What a process keeps of the services of another: its heap before it connects, and after. */
export const start: StartSession = async ({ size }) => {
  const { child, said } = await startChild(new URL('./services.child.mjs', import.meta.url), String(size))
  const system = await createSystem({ threads: 0 })
  const exchange = createExchange(system, { role: 'client' })
  return {
    run: async () => {
      const before = await heapBytes()
      await exchange.connect(said).active({ timeoutMs: 30_000 })
      const own = (await heapBytes()) - before
      // Afterwards: bindings that somebody asks for are kept, too.
      return { value: system.lookupAll({}).length, own }
    },
    close: async () => {
      await system.stop()
      child.kill()
    },
  }
}
