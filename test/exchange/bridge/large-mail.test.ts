import { expect, it } from 'vitest'
import { service } from '../../../src/actors/define.js'
import { Net, type Process, until } from '../exchange-net.js'
import { Echo } from '../services.js'

const LARGE = 'x'.repeat(100_000)
const NEARLY_16_MIB = 16 * 2 ** 20 - 10_000

const Repeater = service(import.meta, 'repeater', (self) => ({
  publish: (times: number) => {
    for (let i = 0; i < times; i++) self.publish('news', LARGE)
  },
}))

async function pair(): Promise<{ readonly near: Process; readonly far: Process }> {
  const net = new Net()
  const far = await net.process('far')
  const near = await net.process('near', { role: 'client' })
  await near.join('far')
  return { near, far }
}

it('the same large report published several times at once arrives as often', async () => {
  const { near, far } = await pair()
  const source = await far.system.spawn(Repeater, { host: 'inline' })
  await near.system.lookup(Repeater, { timeoutMs: 4000 })
  const heard: unknown[] = []
  await near.system.subscribe('repeater', 'news', ({ content }) => void heard.push(content)).ready
  await source.publish(3)
  await until(() => heard.length === 3)
  expect(heard).toEqual([LARGE, LARGE, LARGE])
})

it('the same large message sent several times at once arrives as often', async () => {
  const { near, far } = await pair()
  await far.system.spawn(Echo, { host: 'inline' })
  const echo = await near.system.lookup(Echo, { timeoutMs: 4000 })
  expect(await Promise.all([echo.say(LARGE), echo.say(LARGE), echo.say(LARGE)])).toEqual([LARGE, LARGE, LARGE])
})

it('a message of nearly as many bytes as one may have arrives, and its answer', async () => {
  const { near, far } = await pair()
  await far.system.spawn(Echo, { host: 'inline' })
  const echo = await near.system.lookup(Echo, { timeoutMs: 4000 })
  const answer = (await echo.say(new Uint8Array(NEARLY_16_MIB))) as Uint8Array
  expect(answer).toHaveLength(NEARLY_16_MIB)
})
