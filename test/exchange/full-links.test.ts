import { expect, it } from 'vitest'
import { Echo, Repeat } from './services.js'
import { VirtualNet, type VirtualProcess } from './virtual-net.js'

const TEXT = 'x'.repeat(10_000)
const LIMITS = { maxMessageBytes: 100_000, maxQueueBytes: 150_000 }
const CALLS = 200

type Hears = { readonly heard: unknown[]; readonly ready: Promise<void> }

const outcomeOf = (call: PromiseLike<unknown>): Promise<string> =>
  Promise.resolve(call).then(
    () => 'answered',
    (failure: { readonly code: string }) => failure.code,
  )

function hearing({ system }: VirtualProcess): Hears {
  const heard: unknown[] = []
  const { ready } = system.subscribe('echo', 'news', ({ content }) => void heard.push(content))
  return { heard, ready }
}

it('what finds no room on the link to a process that has stopped fails at once; afterwards all goes on, subscriptions too', async () => {
  const net = new VirtualNet()
  const near = await net.process('near', { limits: LIMITS })
  const far = await net.process('far', { role: 'client' })
  far.exchange.connect('memory:near/')
  const source = await far.system.spawn(Echo, { host: 'inline' })
  const echo = await net.until(near.system.lookup(Echo))
  const { heard, ready } = hearing(near)
  await net.until(ready)

  net.network.freeze('far')
  const asked: Promise<string>[] = []
  for (let i = 0; i < CALLS; i++) {
    asked.push(outcomeOf(echo.say(TEXT)))
    await net.settle()
    expect(near.exchange.stats().links[0]?.waitingBytes).toBeLessThan(500_000)
  }
  expect(near.exchange.stats().links[0]?.noRoom).toBeGreaterThan(0)
  net.network.thaw('far')
  const outcomes = await net.until(Promise.all(asked))
  expect(new Set(outcomes)).toEqual(new Set(['ERR_SERVICE_WITHDRAWN', 'ERR_SERVICE_UNAVAILABLE']))
  await net.settle()
  expect(await net.until(echo.say('again'))).toBe('again')
  await net.until(source.publish('news', 1))
  await net.settle()
  expect(heard).toEqual([1])
})

it('whoever is behind a link that had no room hears again what it has subscribed to', async () => {
  const net = new VirtualNet()
  const near = await net.process('near', { limits: LIMITS })
  const far = await net.process('far', { role: 'client' })
  far.exchange.connect('memory:near/')
  const source = await near.system.spawn(Echo, { host: 'inline' })
  await far.system.spawn(Repeat, { host: 'inline' })
  await net.until(far.system.lookup(Echo))
  const repeat = await net.until(near.system.lookup(Repeat))
  const { heard, ready } = hearing(far)
  await net.until(ready)

  net.network.freeze('far')
  const asked: Promise<string>[] = []
  while (near.exchange.stats().links[0]?.noRoom === 0) {
    asked.push(outcomeOf(repeat.say(TEXT)))
    await net.settle()
  }
  net.network.thaw('far')
  await net.until(Promise.all(asked))
  await net.settle()
  await net.until(source.publish('news', 1))
  await net.settle()
  expect(heard).toEqual([1])
})

it('where somebody between has no room, what waits fails before its time, and what was subscribed to is heard again', async () => {
  const net = new VirtualNet()
  const hub = await net.process('hub', { limits: LIMITS })
  const [near, far] = [await net.process('near', { role: 'client' }), await net.process('far', { role: 'client' })]
  for (const { exchange } of [near, far]) exchange.connect('memory:hub/')
  const source = await near.system.spawn(Echo, { host: 'inline' })
  await far.system.spawn(Repeat, { host: 'inline' })
  await net.until(far.system.lookup(Echo))
  const repeat = await net.until(near.system.lookup(Repeat))
  const { heard, ready } = hearing(far)
  await net.until(ready)

  net.network.freeze('far')
  const asked: Promise<string>[] = []
  const noRoom = (): number => hub.exchange.stats().links.reduce((sum, link) => sum + link.noRoom, 0)
  while (noRoom() === 0) {
    asked.push(outcomeOf(repeat.say(TEXT)))
    await net.settle()
  }
  net.network.thaw('far')
  await net.settle()
  asked.push(outcomeOf(repeat.say(TEXT)))
  await net.settle()
  const outcomes = await net.until(Promise.all(asked))
  expect(outcomes.at(-1)).toBe('ERR_SERVICE_WITHDRAWN')
  expect(new Set(outcomes)).toEqual(new Set(['answered', 'ERR_SERVICE_WITHDRAWN']))
  expect(await net.until(repeat.say('again'))).toBe('again')
  await net.until(source.publish('news', 1))
  await net.settle()
  expect(heard).toEqual([1])
})
