import { describe, expect, it } from 'vitest'
import { createExchange } from '../../src/exchange/exchange.js'
import { Net } from './exchange-net.js'

const ONCE = { retryDelayMs: false } as const

describe('whoever makes a mistake is told what to do', () => {
  it('with two exchanges of one group, or a client that listens', async () => {
    const net = new Net()
    const { system, exchanges } = await net.process('one', { role: 'client' })
    expect(() => createExchange(system, { role: 'server' })).toThrow('use that one, or give another group')
    await expect(exchanges[0]?.listen(0)).rejects.toThrow("a client only connects; give createExchange() the role 'server'")
  })

  it('with addresses that lead nowhere', async () => {
    const net = new Net()
    const { system } = await net.process('one')
    const exchange = createExchange(system, { role: 'server', group: 'sockets' })
    expect(() => exchange.connect(0)).toThrow('0 is no port to connect to; give the one that listen() told')
    expect(() => exchange.connect('localhost:11111')).toThrow("give 'tcp://host:port', 'unix:/path', a port, or { port, host }")
    await expect(exchange.listen('tls://127.0.0.1:0')).rejects.toThrow("there is no TLS yet; give 'tcp://…'")
  })

  it.each([
    ['another group', { group: 'h' }, 'group (the two are of different exchange groups: compare the option group)'],
    ['another secret', { secret: 'other' }, 'secret (the two do not know the same secret: compare the option secret)'],
  ])('with %s', async (_, mistaken, told) => {
    const net = new Net()
    await net.process('hub', { group: 'g', secret: 'one' })
    const { exchanges } = await net.process('guest', { role: 'client', group: 'g', secret: 'one', ...mistaken })
    await expect(exchanges[0]?.connect('memory:hub/g', ONCE).active()).rejects.toThrow(`the last attempt was refused: ${told}`)
  })
})
