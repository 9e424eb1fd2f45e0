import { expect, it } from 'vitest'
import type { Remote } from '../../src/actors/remote-type.js'
import { Repeat } from './services.js'
import { VirtualNet, type VirtualProcess } from './virtual-net.js'

const PROCESSES = 1000
/** After which a process that was lost is forgotten. */
const FORGOTTEN_MS = 130_000

type Echoing = Remote<{ say(value: number): number }>

/** A process comes, finds, is found, watches and subscribes; then its connection is cut, or it stops as it should. */
async function visit(net: VirtualNet, hub: VirtualProcess, number: number): Promise<void> {
  const name = `guest ${number}`
  const guest = await net.process(name, { role: 'client' })
  guest.exchange.connect('memory:hub/')
  await guest.system.spawn(Repeat, { name, host: 'inline' })
  const stays = (await net.until(guest.system.lookup('stays'))) as Echoing
  guest.system.watch(stays, () => undefined)
  guest.system.subscribe('stays', '*', () => undefined)
  const there = (await net.until(hub.system.lookup(name))) as Echoing
  expect(await net.until(Promise.all([stays.say(number), there.say(-number)]))).toEqual([number, -number])
  if (number % 2 === 0) net.network.cut(name)
  await net.end(guest)
}

it(`nothing remains of ${PROCESSES} processes that came and went, however they went`, async () => {
  const net = new VirtualNet()
  const hub = await net.process('hub')
  await hub.system.spawn(Repeat, { name: 'stays', host: 'inline' })
  await visit(net, hub, 0)
  await net.pass(FORGOTTEN_MS)
  const before = { ...hub.kept, timers: net.time.size }
  expect(before).toMatchObject({ ways: 0, reports: 0, origins: 0, partners: 0, services: 1, subscriptions: 0, threads: 0, reachable: 0 })
  for (let number = 1; number <= PROCESSES; number++) {
    await visit(net, hub, number)
    if (number % 50 === 0) await net.pass(FORGOTTEN_MS)
  }
  expect({ ...hub.kept, timers: net.time.size }).toEqual(before)
}, 120_000)
