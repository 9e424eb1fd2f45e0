import { createSystem, service } from 'troupe'
import { createExchange } from 'troupe/exchange'

/** Does nothing but be there. */
export const Member = service(import.meta, 'member', () => ({ number: () => 1 }))

/** As many services as it is told, of a server, or of a client of the server there. */
const [count, address] = process.argv.slice(2)
const system = await createSystem({ threads: 0 })
for (let i = 0; i < Number(count); i++) await system.spawn(Member, { name: `service-${i}` })
const exchange = createExchange(system, { role: address === undefined ? 'server' : 'client' })
if (address === undefined) process.send?.((await exchange.listen(0)).address)
else {
  await exchange.connect(address).active({ timeoutMs: 10_000 })
  process.send?.('connected')
}
process.on('disconnect', () => process.exit())
