import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import type { StartSession } from '../../harness/workload.js'
import { type Clock, fanOutSession } from './fan-out.js'
import { SUBJECT } from './workload.js'

/** The least that one would write by hand: no subscriptions, no bounds, no word of who fell behind. */
export function plainWsBy(clock: Clock): StartSession {
  return async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
    await once(server, 'listening')
    return await fanOutSession({
      url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
      clock,
      opening: [],
      publish(content) {
        const text = JSON.stringify({ subject: SUBJECT, content })
        for (const client of server.clients) client.send(text)
      },
      close: async () => server.close(),
    })
  }
}
