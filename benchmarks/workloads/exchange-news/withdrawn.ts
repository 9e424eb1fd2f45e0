import { createSystem } from 'troupe'
import { createExchange } from 'troupe/exchange'
import type { StartSession } from '../../harness/workload.js'
import { startChild } from '../exchange-call/children.js'

const SERVICES = new URL('./services.child.mjs', import.meta.url)

/** The clock runs from the killing of the server until its clients have heard that the last service behind it is withdrawn. */
export const start: StartSession = async () => ({
  run: async ({ size }) => {
    const hub = await startChild(SERVICES, '0')
    const behind = await startChild(SERVICES, String(size), hub.said)
    const system = await createSystem({ threads: 0 })
    let gone = 0
    const all = new Promise<void>((resolve) => {
      system.announcements({}, ({ status, binding }) => {
        if (status === 'withdrawn' && binding !== undefined && ++gone === size) resolve()
      })
    })
    const exchange = createExchange(system, { role: 'client' })
    await exchange.connect(hub.said, { retryDelayMs: false }).active({ timeoutMs: 10_000 })
    const startMs = performance.now()
    hub.child.kill('SIGKILL')
    await all
    const own = performance.now() - startMs
    await system.stop()
    behind.child.kill()
    return { value: gone, own }
  },
  close: async () => undefined,
})
