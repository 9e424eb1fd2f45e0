import { expect, it } from 'vitest'
import { Net } from './exchange-net.js'
import { Echo } from './services.js'

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
