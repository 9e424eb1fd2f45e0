/**
 * Lesson 13: the recipe of the original's manual. A math service, a client that uses it, and an exchange between them, each in a process of its
 * own: started in any order, and it goes on when one of them is killed and started again.
 */
import { createSystem, isFailure, main, service } from 'troupe'
import { createExchange } from 'troupe/exchange'
import { Company, part, say } from './processes/company.js'

export const MathService = service(import.meta, 'math', { groups: ['web-services'] }, () => ({
  multiply: (x: number, y: number) => ({ product: x * y, by: process.pid }),
}))

/** What each of the three processes does. */
async function play(role: string, address: string): Promise<void> {
  const system = await createSystem({ name: role, threads: 0 })
  const exchange = createExchange(system, { role: role === 'exchange' ? 'server' : 'client' })
  if (role === 'exchange') await exchange.listen(address)
  else exchange.connect(address, { retryDelayMs: 50 })
  if (role === 'math') await system.spawn(MathService)
  if (role === 'client') await askOnAndOn()

  async function askOnAndOn(): Promise<void> {
    exchange.on('connection', ({ state }) => say(state))
    for (let n = 1; ; n++) {
      const math = await system.lookup(MathService, { timeoutMs: 10_000 }) // waits until it is there
      try {
        const { product, by } = await math.multiply(n, n)
        say(product === n * n ? `right by ${by}` : 'wrong')
      } catch (error) {
        if (!isFailure(error)) throw error // it went while it was asked; the next one will come
      }
    }
  }
}

await main(import.meta, async () => {
  const [role, here = ''] = part()
  if (role !== undefined) return play(role, here)

  await using company = new Company(import.meta)
  const address = company.address('exchange')
  company.start('client', address) // the first of all: it waits
  const math = company.start('math', address)
  const exchange = company.start('exchange', address)
  await company.hears(`right by ${math.pid}`)
  console.log('the client gets its squares')

  await company.kill(math)
  const another = company.start('math', address)
  await company.hears(`right by ${another.pid}`)
  console.log('and again, from another math service')

  await company.kill(exchange)
  await company.hears('inactive')
  company.start('exchange', address)
  await company.hears('active')
  await company.hears(`right by ${another.pid}`)
  console.log('and again, through another exchange')
})
