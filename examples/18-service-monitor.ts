/**
 * Lesson 18: a monitor of the services of one name, wherever they are: those that are there when it begins, those that come, those that stop or are
 * lost. With the exchange that leads to them they are all lost, until it is back.
 */
import { createSystem, main, service } from 'troupe'
import { createExchange } from 'troupe/exchange'
import { Company, part } from './processes/company.js'

export const MathService = service(import.meta, 'math', () => ({ multiply: (x: number, y: number) => x * y }))

/** What each of the other processes does. */
async function play(role: string, address: string, id: string): Promise<void> {
  const system = await createSystem({ name: role, id: id.repeat(32), threads: 0 })
  system.stopOnSignals()
  const exchange = createExchange(system, { role: role === 'hub' ? 'server' : 'client' })
  if (role === 'hub') return void (await exchange.listen(address))
  exchange.connect(address, { retryDelayMs: 50 })
  await system.spawn(MathService)
  await system.spawn(MathService, { name: 'of another name' })
}

await main(import.meta, async () => {
  const [role, here = '', id = ''] = part()
  if (role !== undefined) return play(role, here, id)

  await using company = new Company(import.meta)
  const address = company.address('hub')
  const hub = company.start('hub', address, '0')
  const first = company.start('math', address, '1')
  await using system = await createSystem({ threads: 0 })
  createExchange(system, { role: 'client' }).connect(address, { retryDelayMs: 50 })
  await system.lookup('math', { timeoutMs: 20_000 })
  const announced = system.announcements({ name: 'math' })[Symbol.asyncIterator]()

  console.log('- what is there')
  await printNext()

  console.log('- another one comes, and is killed')
  const second = company.start('math', address, '2')
  await printNext()
  await company.kill(second)
  await printNext()

  console.log('- the exchange is lost, and started again')
  await company.kill(hub)
  await printNext()
  company.start('hub', address, '0')
  await printNext()

  console.log('- the first one stops')
  first.kill('SIGTERM')
  await printNext()

  async function printNext(): Promise<void> {
    const { value } = await announced.next()
    const { status, binding, reason } = value
    console.log(`SERVICE-${status.toUpperCase()} ${binding.name} ${binding.id}${reason === undefined ? '' : ` (${reason})`}`)
  }
})
