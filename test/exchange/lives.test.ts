import { describe, expect, it } from 'vitest'
import type { Remote } from '../../src/actors/remote-type.js'
import { Repeat } from './services.js'
import { VirtualNet, type VirtualProcess } from './virtual-net.js'

const ID = 'a'.repeat(32)
const WALL_MS = 1e12

type Repeating = Remote<{ say(value: unknown): unknown }>

const heardBy = ({ events }: VirtualProcess): readonly string[] =>
  events.map(({ state, reason }) => [state, reason].filter(Boolean).join(' '))

async function answers(net: VirtualNet, by: VirtualProcess, name: string): Promise<void> {
  const there = (await net.until(by.system.lookup(name, { timeoutMs: 3000 }))) as Repeating
  expect(await net.until(there.say(name))).toBe(name)
}

describe('a process with an id of its own choice', () => {
  it('is known by it, and that must be 32 hexadecimal digits', async () => {
    const net = new VirtualNet()
    const hub = await net.process('hub')
    const one = await net.process('one', { role: 'client', id: ID })
    one.exchange.connect('memory:hub/')
    await one.system.spawn(Repeat, { name: 'one', host: 'inline' })
    await answers(net, hub, 'one')
    expect(hub.system.lookupAll({ name: 'one' }).map(({ process }) => process)).toEqual([ID])
    await expect(net.process('two', { id: 'math-server' })).rejects.toThrow('give createSystem() an id of 32 hexadecimal digits')
  })

  it.each(['client', 'server'] as const)('as a %s that starts again by an older clock is heard of again, by everybody', async (role) => {
    const net = new VirtualNet()
    const [hub, far] = [await net.process('hub'), await net.process('far')]
    const guest = await net.process('guest', { role: 'client' })
    far.exchange.connect('memory:hub/', { retryDelayMs: 100 })
    guest.exchange.connect('memory:hub/', { retryDelayMs: 100 })
    const first = await net.process('one', { role, id: ID })
    first.exchange.connect('memory:hub/', { retryDelayMs: 100 })
    await first.system.spawn(Repeat, { name: 'first', host: 'inline' })
    for (const by of [hub, far, guest]) await answers(net, by, 'first')
    await net.end(first)
    net.time.setWall(WALL_MS - 3_600_000)
    const second = await net.process('one', { role, id: ID })
    second.exchange.connect('memory:hub/', { retryDelayMs: 100 })
    await second.system.spawn(Repeat, { name: 'second', host: 'inline' })
    for (const by of [hub, far, guest]) {
      await answers(net, by, 'second')
      expect(by.system.tryLookup('first')).toBeUndefined()
    }
    await second.system.spawn(Repeat, { name: 'third', host: 'inline' })
    for (const by of [hub, far, guest]) await answers(net, by, 'third')
  })

  it('that another holds who lives is refused, as both sides hear; the first goes on', async () => {
    const net = new VirtualNet()
    const hub = await net.process('hub')
    const first = await net.process('first', { role: 'client', id: ID })
    first.exchange.connect('memory:hub/')
    await first.system.spawn(Repeat, { name: 'first', host: 'inline' })
    await answers(net, hub, 'first')
    await net.pass(1000)
    const second = await net.process('second', { role: 'client', id: ID })
    second.exchange.connect('memory:hub/', { retryDelayMs: false })
    await second.system.spawn(Repeat, { name: 'second', host: 'inline' })
    await net.settle()
    expect(heardBy(second)).toEqual(['refused identity'])
    expect(heardBy(hub)).toEqual(['active', 'refused identity'])
    expect(heardBy(first)).toEqual(['active'])
    await answers(net, hub, 'first')
    expect(hub.system.tryLookup('second')).toBeUndefined()
  })

  it('that another holds elsewhere in the group harms nobody else', async () => {
    const net = new VirtualNet()
    const [hub, far] = [await net.process('hub'), await net.process('far')]
    far.exchange.connect('memory:hub/')
    await net.settle()
    const first = await net.process('first', { role: 'client', id: ID })
    first.exchange.connect('memory:hub/')
    await first.system.spawn(Repeat, { name: 'first', host: 'inline' })
    await net.pass(1000)
    const second = await net.process('second', { role: 'client', id: ID })
    second.exchange.connect('memory:far/')
    await second.system.spawn(Repeat, { name: 'second', host: 'inline' })
    await net.pass(60_000)
    await hub.system.spawn(Repeat, { name: 'at the hub', host: 'inline' })
    await answers(net, far, 'at the hub')
  })
})
