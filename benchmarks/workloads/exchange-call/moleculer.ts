import { ServiceBroker } from 'moleculer'
import { callSession } from '../../harness/in-flight.js'
import type { StartSession } from '../../harness/workload.js'
import { startChild } from './children.js'

/** Two brokers over its own TCP transport, which know each other's address. */
export const start: StartSession = async () => {
  const [here, there] = [20_000 + (process.pid % 20_000), 40_001 + (process.pid % 20_000)]
  const urls = [`127.0.0.1:${here}/here`, `127.0.0.1:${there}/there`]
  const { child } = await startChild(new URL('./moleculer.child.mjs', import.meta.url), String(there), ...urls)
  const options = { port: here, udpDiscovery: false, urls }
  const broker = new ServiceBroker({ nodeID: 'here', logger: false, transporter: { type: 'TCP', options } })
  await broker.start()
  await broker.waitForServices('echo', 20_000)
  return callSession(
    (value) => broker.call<number, { value: number }>('echo.next', { value }),
    async () => {
      await broker.stop()
      child.kill()
    },
  )
}
