import { expect, it } from 'vitest'
import { Net, type Process, until } from './exchange-net.js'
import { Echo } from './services.js'

/** Of two ways of one length a process takes that over the neighbor with the smaller id: one end goes over x1 and x2, the other over y2 and y1. */
const DIGITS = { here: 'a', x1: '1', x2: '8', y1: '2', y2: '7', there: 'b' } as const

it('whoever does not notice that the way back has changed still hears what it has subscribed to', async () => {
  const net = new Net()
  const all = new Map<string, Process>()
  for (const [name, digit] of Object.entries(DIGITS)) all.set(name, await net.process({ name, id: digit.repeat(32) }))
  const at = (name: keyof typeof DIGITS): Process => all.get(name) as Process
  for (const [from, to] of ['here x1', 'x1 x2', 'x2 there', 'here y1', 'y1 y2', 'y2 there'].map((pair) => pair.split(' '))) {
    await all.get(from as string)?.join(to as string)
  }
  await net.quiet()
  const source = await at('here').system.spawn(Echo, { host: 'inline' })
  await at('there').system.lookup(Echo, { timeoutMs: 4000 })
  const heard: unknown[] = []
  const told: string[] = []
  at('there').system.announcements({ name: 'echo' }, ({ status }) => void told.push(status))
  await at('there').system.subscribe('echo', 'news', ({ content }) => void heard.push(content)).ready
  await source.publish('news', 'before')
  await until(() => heard.length === 1)

  net.network.cut('here', 'x1')
  await net.quiet()
  await source.publish('news', 'after')
  await net.quiet()
  expect(heard).toEqual(['before', 'after'])
  expect(told).toEqual(['available'])
})
