import { expect, it } from 'vitest'
import { Net } from './exchange-net.js'
import { Echo } from './services.js'
import { VirtualNet } from './virtual-net.js'

it('a system that stops tells others that its services have stopped, not that they are unreachable', async () => {
  const net = new Net()
  await net.process('hub')
  const watcher = await net.process('watcher', { role: 'client' })
  await watcher.join('hub')
  for (let i = 0; i < 20; i++) {
    const name = `stops-${i}`
    const process = await net.process(name, { role: 'client' })
    await process.join('hub')
    await process.system.spawn(Echo, { name })
    const there = await watcher.system.lookup(name, { timeoutMs: 4000 })
    const gone = new Promise<string>((resolve) => void watcher.system.watch(there, ({ reason }) => resolve(reason)))
    await process.system.stop()
    expect(await gone).toBe('stopped')
  }
})

const HUB = { id: '0'.repeat(32) }

it.each([0, 1, 3, 5, 8, 13, 21, 34, 55])(
  'a system that stops %i ms after those who lost its services see them again tells that they have stopped',
  async (ms) => {
    const net = new VirtualNet()
    const hub = await net.process('hub', HUB)
    const [watcher, stops] = [await net.process('watcher', { role: 'client' }), await net.process('stops', { role: 'client' })]
    await net.until(watcher.exchange.connect('memory:hub/', { retryDelayMs: 50 }).active())
    await net.until(stops.exchange.connect('memory:hub/', { retryDelayMs: 200 }).active())
    await net.until(stops.system.spawn(Echo))
    const told: (string | undefined)[] = []
    watcher.system.announcements({ name: 'echo' }, ({ status, reason }) => void told.push(reason ?? status))
    await net.pass(10)
    net.network.weather.delayMs = [5, 20]
    await net.end(hub)
    await net.pass(30)
    await net.process('hub', HUB)
    while (told.length < 3) await net.pass(1)
    await net.pass(ms)
    await net.end(stops)
    await net.pass(100)
    expect(told).toEqual(['available', 'unreachable', 'available', 'stopped'])
  },
)
