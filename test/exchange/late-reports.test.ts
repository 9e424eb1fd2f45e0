import { expect, it } from 'vitest'
import { Net } from './exchange-net.js'
import { Echo } from './services.js'

it('a client between groups is believed for what is behind it by a server that heard its report from another server first', async () => {
  const net = new Net()
  const [one, two] = [await net.process('one'), await net.process('two')]
  const between = await net.process('between', { role: 'client' }, { role: 'server', group: 'g' })
  await one.join('two')
  await between.join('one')
  await between.join('two')
  await two.system.spawn(Echo, { host: 'inline', name: 'at two' })
  net.network.freeze('between', 'two')
  const behind = await net.process('behind', { role: 'client', group: 'g' })
  await behind.join('between', 'g')
  await net.quiet()
  net.network.thaw('between', 'two')
  await net.quiet()
  const there = await behind.system.lookup('at two', { timeoutMs: 4000 })
  expect(await behind.system.call(there, 'say', ['heard'], { timeoutMs: 2000 })).toBe('heard')
  expect(two.exchanges.map((exchange) => exchange.stats().unpermitted)).toEqual([0])
})
