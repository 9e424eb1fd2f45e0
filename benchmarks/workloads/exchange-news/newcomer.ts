import { createSystem } from 'troupe'
import { createExchange } from 'troupe/exchange'
import type { StartSession } from '../../harness/workload.js'
import { startChild } from '../exchange-call/children.js'

/** The clock runs from the attempt to connect until the last service has been announced. */
export const start: StartSession = async ({ size }) => {
  const { child, said } = await startChild(new URL('./services.child.mjs', import.meta.url), String(size))
  return {
    run: async () => {
      const system = await createSystem({ threads: 0 })
      let seen = 0
      const all = new Promise<void>((resolve) => {
        system.announcements({}, ({ status }) => {
          if (status === 'available' && ++seen === size) resolve()
        })
      })
      const exchange = createExchange(system, { role: 'client' })
      const startMs = performance.now()
      exchange.connect(said)
      await all
      const own = performance.now() - startMs
      await system.stop()
      return { value: seen, own }
    },
    close: async () => void child.kill(),
  }
}
