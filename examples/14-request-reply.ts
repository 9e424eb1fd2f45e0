/**
 * Lesson 14: a service that is asked through an exchange, and two that ask on and on, each in a process of its own. Those who ask find it by its name
 * whenever it is there; nobody has to be told when it goes, nor when it comes back.
 */
import { createSystem, isFailure, main, service } from 'troupe'
import { createExchange } from 'troupe/exchange'
import { Company, part, say } from './processes/company.js'

export const ReplyService = service(import.meta, 'reply', { groups: ['public'] }, () => ({
  uptime: () => ({ seconds: process.uptime(), by: process.pid }),
  multiply: (x: number, y: number) => ({ product: x * y, by: process.pid }),
}))

/** Without a name: it asks, and nobody asks it. */
export const UptimeClient = service(import.meta, '', (self) => {
  const reply = self.client(ReplyService)
  self.every(20, async () => {
    const answer = await reply.uptime().catch(forget)
    if (answer !== undefined) say(`${answer.seconds > 0 ? 'an uptime' : 'nonsense'} by ${answer.by}`)
  })
})

export const MultiplyClient = service(import.meta, '', (self) => {
  const reply = self.client(ReplyService)
  self.every(20, async () => {
    const answer = await reply.multiply(6, 7).catch(forget)
    if (answer !== undefined) say(`${answer.product} by ${answer.by}`)
  })
})

/** It went while it was asked, or did not come in time: the next one will answer. */
function forget(error: unknown): void {
  if (!isFailure(error)) throw error
}

/** What each of the processes does. */
async function play(role: string, address: string): Promise<void> {
  const system = await createSystem({ name: role, threads: 0 })
  const exchange = createExchange(system, { role: role === 'hub' ? 'server' : 'client' })
  exchange.on('connection', ({ state }) => say(`${role} ${state}`))
  if (role === 'hub') await exchange.listen(address)
  else exchange.connect(address, { retryDelayMs: 50 })
  if (role === 'reply') await system.spawn(ReplyService)
  if (role === 'uptime') await system.spawn(UptimeClient)
  if (role === 'multiply') await system.spawn(MultiplyClient)
}

await main(import.meta, async () => {
  const [role, here = ''] = part()
  if (role !== undefined) return play(role, here)

  await using company = new Company(import.meta)
  const address = company.address('hub')
  for (const client of ['uptime', 'multiply']) company.start(client, address) // the first of all: they wait
  const reply = company.start('reply', address)
  const hub = company.start('hub', address)
  await company.hears(`an uptime by ${reply.pid}`, `42 by ${reply.pid}`)
  console.log('uptime and product')

  await Promise.all([company.kill(reply), company.kill(hub)])
  await company.hears('uptime inactive', 'multiply inactive')
  console.log('the exchange is gone: they wait')

  const another = company.start('reply', address)
  company.start('hub', address)
  await company.hears(`an uptime by ${another.pid}`, `42 by ${another.pid}`)
  console.log('uptime and product, by another service, through another hub')
})
