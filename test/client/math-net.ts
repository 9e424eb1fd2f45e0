import type { ClientConnectionEvent } from '../../src/client/client-type.js'
import { createNet, type NetOptions } from './live-net.js'
import { MathApi, MathService } from './services.js'

/** A math service behind a gateway, and a client that is connected. */
export async function startMath(options: NetOptions = {}) {
  const net = await createNet(options)
  await net.system.spawn(MathService)
  const client = net.client()
  const events: ClientConnectionEvent[] = []
  client.on('connection', (event) => events.push(event))
  await net.advance(1)
  return { net, client, events, remote: await client.lookup(MathApi), [Symbol.asyncDispose]: () => net[Symbol.asyncDispose]() }
}
