import { createSystem } from 'troupe'
import { createGateway, live } from 'troupe/gateway'
import type { StartSession } from '../../harness/workload.js'
import { PublisherService } from '../services/publisher.js'
import { type Clock, fanOutSession } from './fan-out.js'
import { SUBJECT } from './workload.js'

const HELLO = { kind: 'hello', version: 1, properties: {} }
const ROOM = { capacity: 1000, overflow: 'close', credit: 1_000_000 }
const SUBSCRIBE = { kind: 'subscribe', id: 1, where: { name: 'publisher' }, pattern: SUBJECT, ...ROOM }

/** The gateway, with clients that speak its protocol by hand; a report too many for any of them would end the subscription. */
export function troupeBy(clock: Clock): StartSession {
  return async () => {
    const system = await createSystem({ threads: 0 })
    const publisher = await system.spawn(PublisherService)
    const gateway = createGateway(system)
    // Clients that only count answer no beat.
    gateway.mount('/live', live({ name: 'publisher' }, { beatMs: 3_600_000 }))
    const { port } = await gateway.listen(0)
    return await fanOutSession({
      url: `ws://127.0.0.1:${port}/live`,
      clock,
      opening: [
        { say: JSON.stringify(HELLO), until: '{"kind":"welcome"' },
        { say: JSON.stringify(SUBSCRIBE), until: '{"kind":"ready"' },
      ],
      publish: (reading) => void publisher.$.tell.say(SUBJECT, reading),
      close: () => system.stop(),
    })
  }
}
