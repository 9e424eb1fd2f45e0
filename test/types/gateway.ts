/** The types that gateways have; compiled, never run. */

import { createServer } from 'node:http'
import { contract, createSystem, method, service } from 'troupe'
import { createGateway, type Gateway, jsonRpc, type Protocol, rest, type Selection, xmlRpc } from 'troupe/gateway'
import { createTestSystem } from 'troupe/testing'
import { z } from 'zod'

const MathApi = contract('math', { methods: { multiply: method([z.number(), z.number()], z.number()) } })
const Free = service(import.meta, 'free', () => ({ name: (n: number) => `${n}` }))

export async function gateways(): Promise<void> {
  await using system = await createSystem({ threads: 0 })
  await using gateway: Gateway = createGateway(system, {
    authorise: (request) => (request.headers.has('authorization') ? { user: 'ada' } : false),
    cors: ['https://app.example.org'],
    limits: { maxBatch: 10 },
  })
  createGateway(system, { authorise: async () => true })
  createGateway(await createTestSystem())
  const web: Selection = { group: 'web' }
  const protocol: Protocol = jsonRpc(web, { contracts: [MathApi], rich: true, authorise: () => true })
  gateway.mount('/rpc', protocol, xmlRpc({ name: 'math' }), rest({ registry: '*' }, { contracts: [MathApi] }))
  gateway.mount('/one', jsonRpc({ address: (await system.spawn(Free)).$.binding.address }))
  const { address, port, url }: { address: string; port: number; url: string } = await gateway.listen(0)
  await gateway.listen({ port, host: address, insecure: true })
  createServer(gateway.handler)
  createServer((req, res) => gateway.handler(req, res, () => res.end()))
  const response: Response = await gateway.fetch(new Request(url), { remoteAddress: address })
  await gateway.close({ drainMs: response.status })

  // @ts-expect-error: properties are texts
  createGateway(system, { authorise: () => ({ age: 5 }) })
  // @ts-expect-error: a selection has a key
  jsonRpc({})
  // @ts-expect-error: only JSON-RPC has a rich mode
  rest(web, { rich: true })
  // @ts-expect-error: contracts are values, not names
  xmlRpc(web, { contracts: ['math'] })
  // @ts-expect-error: there is no such thing
  createGateway({})
}
