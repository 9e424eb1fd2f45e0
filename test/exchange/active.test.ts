import { expect, it } from 'vitest'
import { Echo } from './services.js'
import { VirtualNet } from './virtual-net.js'

/** How long anything takes from one process to another. */
const DELAY_MS = 10
/** Of those that a handshake takes: three records each way, of which two wait for what comes back. */
const HANDSHAKE_MS = 3 * DELAY_MS

it.each(Array.from({ length: 9 }, (_, i) => HANDSHAKE_MS - DELAY_MS + 3 * i))(
  'a link is active on both sides where one of them learns of something %i ms after it was begun',
  async (ms) => {
    const net = new VirtualNet()
    const [a, b, c] = [await net.process('a'), await net.process('b'), await net.process('c')]
    for (const one of [a, b]) await net.until(one.exchange.connect('memory:c/').active())
    net.network.weather.delayMs = [DELAY_MS, DELAY_MS]
    // Both know the same, by way of the third.
    const link = a.exchange.connect('memory:b/')
    await net.pass(ms)
    await net.until(a.system.spawn(Echo))
    await net.until(link.active())
    await net.pass(10 * DELAY_MS)
    for (const [one, other] of [[a, b] as const, [b, a] as const])
      expect(one.events.filter(({ process, state }) => process === other.id && state === 'active')).toHaveLength(1)
    for (const one of [b, c]) expect(one.system.lookupAll(Echo)).toHaveLength(1)
  },
)
