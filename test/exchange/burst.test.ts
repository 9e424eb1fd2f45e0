import { expect, it } from 'vitest'
import { service } from '../../src/actors/define.js'
import { Repeat } from './services.js'
import { VirtualNet, type VirtualProcess } from './virtual-net.js'

const REPORTS = 200_000
const AT_ONCE = 2000
/** A subscription itself drops nothing here. */
const CAPACITY = 100_000
const TEXT = 'x'.repeat(100)
/** What may be on its way from one thread to another, and what a link may hold besides: a batch, and what the network has not taken. */
const MOST_BYTES = 6 * 2 ** 20

const Flood = service(import.meta, 'flood', (self) => ({
  flood: (count: number) => {
    for (let i = 0; i < count; i++) self.publish('drop', TEXT)
  },
}))

class Hearer {
  heard = 0
  missed = 0

  constructor({ system }: VirtualProcess) {
    const hear = ({ missed }: { readonly missed: number }): void => {
      this.heard++
      this.missed += missed
    }
    system.subscribe('flood', 'drop', hear, { capacity: CAPACITY })
  }
}

it(`${REPORTS} reports to a peer that has stopped stay within a bound; others get theirs, and it learns how many it missed`, async () => {
  const net = new VirtualNet()
  const hub = await net.process('hub')
  const [stopped, well] = [await net.process('stopped', { role: 'client' }), await net.process('well', { role: 'client' })]
  for (const { exchange } of [stopped, well]) exchange.connect('memory:hub/')
  const flood = await net.until(hub.system.spawn(Flood, { host: 'inline' }))
  await net.until(Promise.all([stopped.system.lookup('flood'), well.system.lookup('flood')]))
  const [late, fast] = [new Hearer(stopped), new Hearer(well)]
  await net.settle()

  net.network.freeze('stopped')
  let mostBytes = 0
  for (let sent = 0; sent < REPORTS; sent += AT_ONCE) {
    await net.until(flood.flood(AT_ONCE))
    await net.settle()
    mostBytes = Math.max(mostBytes, ...hub.exchange.stats().links.map(({ waitingBytes }) => waitingBytes))
  }
  expect([late.heard, fast.heard, fast.missed]).toEqual([0, REPORTS, 0])
  expect(mostBytes).toBeGreaterThan(2 ** 20)
  expect(mostBytes).toBeLessThan(MOST_BYTES)

  // What it must be told goes before all that.
  await hub.system.spawn(Repeat, { host: 'inline' })
  await net.settle()
  let heardBefore = Number.NaN
  stopped.system.announcements({ name: 'repeat' }, () => {
    heardBefore = late.heard
  })
  net.network.thaw('stopped')
  await net.settle()
  await net.settle()
  const waited = late.heard
  expect(heardBefore).toBeLessThan(waited / 2)
  await net.until(flood.flood(1))
  await net.settle()
  expect(late.missed).toBeGreaterThan(REPORTS / 2)
  expect(late.heard + late.missed).toBe(REPORTS + 1)
}, 120_000)
