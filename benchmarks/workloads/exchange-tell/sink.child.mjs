import { createSystem, service } from 'troupe'
import { createExchange } from 'troupe/exchange'

/** Adds up what it is told. */
export const Sink = service(import.meta, 'sink', () => {
  let sum = 0
  return {
    add: (/** @type {number} */ value) => {
      sum += value
    },
    caughtUp: () => undefined,
    take: () => {
      const taken = sum
      sum = 0
      return taken
    },
  }
})

const [address] = process.argv.slice(2)
const system = await createSystem({ threads: 0 })
const exchange = createExchange(system, { role: address === undefined ? 'server' : 'client' })
await system.spawn(Sink)
if (address === undefined) process.send?.((await exchange.listen(0)).address)
else {
  await exchange.connect(address).active({ timeoutMs: 10_000 })
  process.send?.('connected')
}
process.on('disconnect', () => process.exit())
