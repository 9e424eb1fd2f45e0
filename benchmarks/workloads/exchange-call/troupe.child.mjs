import { createSystem, service } from 'troupe'
import { createExchange } from 'troupe/exchange'

export const Echo = service(import.meta, 'echo', () => ({ next: (/** @type {number} */ value) => value + 1 }))

const [role, address] = process.argv.slice(2)
const system = await createSystem({ threads: 0 })
const exchange = createExchange(system, { role: address === undefined ? 'server' : 'client' })
if (role === 'echo') await system.spawn(Echo)
if (address === undefined) process.send?.((await exchange.listen(0)).address)
else {
  await exchange.connect(address).active({ timeoutMs: 10_000 })
  process.send?.('connected')
}
process.on('disconnect', () => process.exit())
