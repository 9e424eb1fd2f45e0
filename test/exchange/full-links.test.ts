import { expect, it } from 'vitest'
import { Echo, Repeat } from './services.js'
import { VirtualNet, type VirtualProcess } from './virtual-net.js'

const TEXT = 'x'.repeat(10_000)
const LIMITS = { maxMessageBytes: 100_000, maxQueueBytes: 150_000 }
const CALLS = 200

/** What a process hears of the news, to which it has subscribed. */
async function hearing(net: VirtualNet, { system }: VirtualProcess): Promise<readonly unknown[]> {
  const heard: unknown[] = []
  await net.until(system.subscribe('echo', 'news', ({ content }) => void heard.push(content)).ready)
  return heard
}

/** Tells the news when all is quiet. */
async function tellNews(net: VirtualNet, source: { publish(subject: string, value: unknown): Promise<unknown> }): Promise<void> {
  await net.settle()
  await net.until(source.publish('news', 1))
  await net.settle()
}

interface Asked {
  say(value: unknown): PromiseLike<unknown>
}

/** Asks one call after the other while that is to go on, and waits for none of them; how each of them ends. */
async function askMany(net: VirtualNet, asked: Asked, goesOn: () => boolean): Promise<Promise<string>[]> {
  const outcomes: Promise<string>[] = []
  while (goesOn()) {
    outcomes.push(outcomeOf(asked.say(TEXT)))
    await net.settle()
  }
  return outcomes
}

const outcomeOf = (call: PromiseLike<unknown>): Promise<string> =>
  Promise.resolve(call).then(
    () => 'answered',
    (failure: { readonly code: string }) => failure.code,
  )

/** How many messages have found no room on its links. */
const noRoomAt = ({ exchange }: VirtualProcess): number => exchange.stats().links.reduce((sum, { noRoom }) => sum + noRoom, 0)

/** A process that listens, with little room on its links. */
async function startServer() {
  const net = new VirtualNet()
  return { net, server: await net.process('server', { limits: LIMITS }) }
}

/** One that is connected to it. */
async function join(net: VirtualNet, name: string): Promise<VirtualProcess> {
  const joining = await net.process(name, { role: 'client' })
  joining.exchange.connect('memory:server/')
  return joining
}

/** News at one process, and another that hears of them and repeats what the one says to it. */
async function stage(net: VirtualNet, near: VirtualProcess, far: VirtualProcess) {
  const source = await near.system.spawn(Echo, { host: 'inline' })
  await far.system.spawn(Repeat, { host: 'inline' })
  await net.until(far.system.lookup(Echo))
  const repeat = await net.until(near.system.lookup(Repeat))
  const heard = await hearing(net, far)
  return { source, repeat, heard }
}

it('what finds no room on the link to a process that has stopped fails at once; afterwards all goes on, subscriptions too', async () => {
  const { net, server: near } = await startServer()
  const far = await join(net, 'far')
  const source = await far.system.spawn(Echo, { host: 'inline' })
  const echo = await net.until(near.system.lookup(Echo))
  const heard = await hearing(net, near)

  net.network.freeze('far')
  let calls = 0
  const asked = await askMany(net, echo, () => {
    expect(near.exchange.stats().links[0]?.waitingBytes).toBeLessThan(500_000)
    return calls++ < CALLS
  })
  expect(noRoomAt(near)).toBeGreaterThan(0)
  net.network.thaw('far')
  expect(new Set(await net.until(Promise.all(asked)))).toEqual(new Set(['ERR_SERVICE_WITHDRAWN', 'ERR_SERVICE_UNAVAILABLE']))
  await net.settle()
  expect(await net.until(echo.say('again'))).toBe('again')
  await tellNews(net, source)
  expect(heard).toEqual([1])
})

it('whoever is behind a link that had no room hears again what it has subscribed to', async () => {
  const { net, server: near } = await startServer()
  const far = await join(net, 'far')
  const { source, repeat, heard } = await stage(net, near, far)

  net.network.freeze('far')
  const asked = await askMany(net, repeat, () => noRoomAt(near) === 0)
  net.network.thaw('far')
  await net.until(Promise.all(asked))
  await tellNews(net, source)
  expect(heard).toEqual([1])
})

it('where somebody between has no room, what waits fails before its time, and what was subscribed to is heard again', async () => {
  const { net, server: hub } = await startServer()
  const [near, far] = [await join(net, 'near'), await join(net, 'far')]
  const { source, repeat, heard } = await stage(net, near, far)

  net.network.freeze('far')
  const asked = await askMany(net, repeat, () => noRoomAt(hub) === 0)
  net.network.thaw('far')
  await net.settle()
  asked.push(outcomeOf(repeat.say(TEXT)))
  await net.settle()
  const outcomes = await net.until(Promise.all(asked))
  expect(outcomes.at(-1)).toBe('ERR_SERVICE_WITHDRAWN')
  expect(new Set(outcomes)).toEqual(new Set(['answered', 'ERR_SERVICE_WITHDRAWN']))
  expect(await net.until(repeat.say('again'))).toBe('again')
  await tellNews(net, source)
  expect(heard).toEqual([1])
})
