/**
 * Lesson 15: up to three publishers in processes of their own, and one subscription to all services of their name. Publishers come and go; the
 * subscription stays as it is.
 */
import { contract, createSystem, main, report, type System, service } from 'troupe'
import { createExchange } from 'troupe/exchange'
import { z } from 'zod'
import { Company, part } from './processes/company.js'

const SeedApi = contract('seed', {
  methods: {},
  reports: {
    init: report(z.string(), { lifetimeMs: Number.POSITIVE_INFINITY }), // is kept for those who subscribe later
    next: z.object({ color: z.string(), count: z.int() }),
  },
})

export const SeedService = service(import.meta, SeedApi, (self, init: { color: string }) => {
  let count = 0
  self.publish('init', init.color)
  self.every(10, () => self.publish('next', { color: init.color, count: ++count }))
  return {}
})

async function join(role: 'server' | 'client', address: string): Promise<System> {
  const system = await createSystem({ threads: 0 })
  const exchange = createExchange(system, { role })
  if (role === 'server') await exchange.listen(address)
  else exchange.connect(address, { retryDelayMs: 50 })
  return system
}

/** What each of the other processes does. */
async function play(role: string, address: string): Promise<void> {
  const system = await join(role === 'hub' ? 'server' : 'client', address)
  if (role !== 'hub') await system.spawn(SeedService, { init: { color: role } })
}

await main(import.meta, async () => {
  const [role, here = ''] = part()
  if (role !== undefined) return play(role, here)

  await using company = new Company(import.meta)
  const address = company.address('hub')
  await using system = await join('client', address)
  const heard = new Map<string, number>()
  let onHeard = (): void => undefined
  system.subscribe(SeedApi, 'next', ({ content: { color } }) => {
    heard.set(color, (heard.get(color) ?? 0) + 1)
    onHeard()
  })

  /** Prints who is heard until each of so many has been heard three times. */
  const print = async (title: string, many: number): Promise<void> => {
    heard.clear()
    await new Promise<void>((resolve) => {
      onHeard = () => {
        if ([...heard.values()].filter((times) => times >= 3).length === many) resolve()
      }
    })
    console.log(`${title}: ${[...heard.keys()].sort().join(', ')}`)
  }

  company.start('red', address) // it is there before the exchange is
  company.start('hub', address)
  await print('one', 1)

  const green = company.start('green', address)
  company.start('blue', address)
  await print('three', 3)

  const withdrawn = new Promise<void>((resolve) => {
    system.announcements(SeedApi, ({ status }) => status === 'withdrawn' && resolve())
  })
  await company.kill(green)
  await withdrawn
  await print('two', 2)

  const inits: string[] = []
  await system.subscribe(SeedApi, 'init', ({ content }) => void inits.push(content)).ready
  console.log(`who subscribes late: ${inits.sort().join(', ')}`)
})
