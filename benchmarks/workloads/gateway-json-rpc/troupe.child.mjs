import { createSystem, service } from 'troupe'
import { createGateway, jsonRpc } from 'troupe/gateway'
import { serveParent } from './serving.mjs'

export const Echo = service(import.meta, 'echo', () => ({ next: (/** @type {number} */ value) => value + 1 }))

const system = await createSystem({ threads: 0 })
await system.spawn(Echo)
const gateway = createGateway(system)
gateway.mount('/rpc', jsonRpc({ registry: '*' }))
serveParent((await gateway.listen(0)).port)
