import { expect, it } from 'vitest'
import { VirtualNet } from './virtual-net.js'

it('whoever is welcomed too late is let in at a later attempt', async () => {
  const net = new VirtualNet()
  const late: ((welcome: boolean) => void)[] = []
  let isLate = true
  const hub = await net.process('hub', { authorise: () => !isLate || new Promise((resolve) => void late.push(resolve)) })
  const guests = []
  for (let i = 0; i < 8; i++) {
    const guest = await net.process(`guest ${i}`, { role: 'client' })
    guest.exchange.connect('memory:hub/', { retryDelayMs: 1000 })
    guests.push(guest)
  }
  await net.pass(2500)
  expect(hub.exchange.stats().links).toEqual([])
  isLate = false
  for (const welcome of late) welcome(true)
  await net.pass(5000)
  expect(guests.map(({ events }) => events.map(({ state, reason }) => reason ?? state))).toEqual(guests.map(() => ['timeout', 'active']))
})
