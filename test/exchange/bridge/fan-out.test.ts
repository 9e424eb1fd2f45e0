import { EventEmitter as Emitter, once } from 'node:events'
import { expect, it } from 'vitest'
import type { Transport } from '../../../src/exchange/transports/transport.js'
import { Net } from '../exchange-net.js'
import { Echo } from '../services.js'

/** Counts what is written to connections that are opened. */
function counted(inner: Transport): Transport & { bytes: number } {
  const counting = {
    bytes: 0,
    listen: inner.listen.bind(inner),
    connect: (...[address, listener]: Parameters<Transport['connect']>) =>
      inner.connect(address, {
        ...listener,
        onWire: (wire) => {
          const write = wire.write.bind(wire)
          wire.write = (bytes) => {
            counting.bytes += bytes.length
            write(bytes)
          }
          return listener.onWire(wire)
        },
      }),
  }
  return counting
}

it.each([
  ['small', 2000],
  ['large', 300_000],
])('a %s report goes over each link once, whoever listens behind it', async (_, size) => {
  const net = new Net()
  const transport = counted(net.network.transport('publisher'))
  await net.process('hub')
  const publisher = await net.process('publisher', { role: 'client', transport })
  await publisher.join('hub')
  const echo = await publisher.system.spawn(Echo, { name: 'source' })
  const heard: string[] = []
  const all = new Emitter()
  for (const name of ['a', 'b', 'c', 'd']) {
    const process = await net.process(name, { role: 'client' })
    await process.join('hub')
    await process.system.lookup('source', { timeoutMs: 4000 })
    const subscription = process.system.subscribe('source', 'news', ({ content }) => {
      if (heard.push(`${name} ${(content as string).length}`) === 4) all.emit('heard')
    })
    await subscription.ready
  }
  const allHeard = once(all, 'heard')
  const before = transport.bytes
  await echo.publish('news', 'x'.repeat(size))
  await allHeard
  expect(heard.sort()).toEqual(['a', 'b', 'c', 'd'].map((name) => `${name} ${size}`))
  expect(transport.bytes - before).toBeLessThan(1.2 * size)
})
