import { expect, it } from 'vitest'
import { Repeat } from './services.js'
import { VirtualNet } from './virtual-net.js'

it('active() of a link that gave way to another resolves when that one is active, not before', async () => {
  for (let seed = 0; seed < 12; seed++) {
    const net = new VirtualNet()
    net.network.weather.delayMs = [1, 30]
    const [one, other] = [await net.process('one'), await net.process('other')]
    await one.system.spawn(Repeat, { name: 'at one', host: 'inline' })
    await other.system.spawn(Repeat, { name: 'at the other', host: 'inline' })
    const links = [one.exchange.connect('memory:other/'), other.exchange.connect('memory:one/')]
    const seen = links.map(async (link, i) => {
      await link.active()
      return (i === 0 ? one : other).system.tryLookup(i === 0 ? 'at the other' : 'at one') !== undefined
    })
    expect(await net.until(Promise.all(seen)), `round ${seed}`).toEqual([true, true])
    expect(links.map(({ state }) => state)).toEqual(['active', 'active'])
  }
})

it('a link of one attempt that gave way to another closes with it', async () => {
  const net = new VirtualNet()
  const [one] = [await net.process('one'), await net.process('other')]
  const kept = one.exchange.connect('memory:other/', { retryDelayMs: 100 })
  await net.until(kept.active())
  await net.pass(1000)
  const once = one.exchange.connect('memory:other/', { retryDelayMs: false })
  await net.until(once.active())
  expect(one.exchange.links()).toEqual([kept, once])
  net.network.cut('one', 'other')
  await net.settle()
  expect([once.state, kept.state]).toEqual(['closed', 'pending'])
  expect(one.exchange.links()).toEqual([kept])
})
