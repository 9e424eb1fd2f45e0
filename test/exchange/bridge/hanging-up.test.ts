import { expect, it } from 'vitest'
import { MAIL } from '../../../src/exchange/protocol/mail-frame.js'
import { Impostor } from '../impostor.js'
import { sendData } from '../links/link-bench.js'
import { VirtualNet } from '../virtual-net.js'

it('whoever sends what cannot be read is hung up on once, however much of it comes before the link has ended', async () => {
  const net = new VirtualNet()
  const hub = await net.process('hub')
  const impostor = await new Impostor('f'.repeat(32)).connect(net, 'hub')
  for (let i = 0; i < 1000; i++) sendData(impostor.session, Uint8Array.of(MAIL, 0, 0))
  await net.settle()
  expect(impostor.end).toBe('authorise')
  expect(hub.logged.filter((line) => line.includes('is hung up on'))).toHaveLength(1)
  expect(hub.exchange.stats()).toMatchObject({ garbled: 1, links: [] })
})
