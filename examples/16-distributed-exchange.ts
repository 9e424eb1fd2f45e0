/**
 * Lesson 16: an exchange of three servers, each linked to the others, each with a publisher of its own. Who is connected to one of them hears all
 * three. When a server is lost, only what was there is gone.
 */
import { createSystem, main, service } from 'troupe'
import { createExchange } from 'troupe/exchange'
import { Company, part, say } from './processes/company.js'

export const PublisherService = service(import.meta, 'publisher', (self, init: { at: string }) => {
  self.publish('at', init.at, { lifetimeMs: Number.POSITIVE_INFINITY })
})

/** A server: it listens, connects to the next one, and tells what becomes of its links. */
async function serve(name: string, here: string, next: string): Promise<void> {
  const system = await createSystem({ name, id: name.repeat(32), threads: 0 })
  const exchange = createExchange(system, { role: 'server' })
  exchange.on('connection', ({ state, process }) => {
    if (state !== 'failed') say(`${name}: ${state} ${process.slice(0, 1)}`) // failed: the other one does not listen yet
  })
  await exchange.listen(here)
  exchange.connect(next, { retryDelayMs: 50 })
  await system.spawn(PublisherService, { init: { at: name } })
}

await main(import.meta, async () => {
  const [name, here = '', next = ''] = part()
  if (name !== undefined) return serve(name, here, next)

  await using company = new Company(import.meta)
  const [a, b, c] = [company.address('a'), company.address('b'), company.address('c')]
  company.start('a', a, b)
  const lost = company.start('b', b, c)
  company.start('c', c, a)
  await print('a: active b', 'a: active c', 'b: active a', 'b: active c', 'c: active a', 'c: active b')

  await using system = await createSystem({ threads: 0 })
  const exchange = createExchange(system, { role: 'client' })
  await exchange.connect(a).active()
  const announced = system.announcements({ name: 'publisher' })[Symbol.asyncIterator]()
  for (let i = 1; i <= 3; i++) await announced.next()
  await printHeard()

  await company.kill(lost)
  await print('a: inactive b', 'c: inactive b')
  const { value } = await announced.next()
  console.log(`one is ${value?.status}: ${value?.reason}`)
  await printHeard()

  async function print(...news: readonly string[]): Promise<void> {
    await company.hears(...news)
    console.log(news.join(' · '))
  }

  async function printHeard(): Promise<void> {
    const heard: unknown[] = []
    using subscription = system.subscribe('publisher', 'at', ({ content }) => void heard.push(content))
    await subscription.ready
    console.log(`heard from ${heard.sort().join(', ')}`)
  }
})
