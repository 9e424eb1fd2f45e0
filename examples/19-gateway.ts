/**
 * Lesson 19: services over HTTP, for programs that are no part of the system. A gateway offers a group; the same URL understands JSON-RPC, XML-RPC and
 * plain JSON. Who may call decides `authorise`, and methods learn who it was.
 */
import { contract, createSystem, main, method, service } from 'troupe'
import { createGateway, jsonRpc, rest, xmlRpc } from 'troupe/gateway'
import { z } from 'zod'

const MathApi = contract('math', {
  methods: {
    multiply: method([z.number().meta({ title: 'x' }), z.number().meta({ title: 'y' })], z.number()),
    caller: method([], z.string()),
  },
})

export const MathService = service(import.meta, MathApi, { groups: ['web-services'] }, (self) => ({
  multiply: (x, y) => x * y,
  caller: () => `${self.request.properties['user']} at ${self.request.properties['remoteAddress']}`,
}))

await main(import.meta, async () => {
  await using system = await createSystem({ threads: 1 })
  await system.spawn(MathService)

  const users = new Map([['Bearer 42', 'ada']])
  await using gateway = createGateway(system, {
    authorise: (request) => {
      const user = users.get(request.headers.get('authorization') ?? '')
      return user !== undefined && { user } // false is 401
    },
  })
  const web = { group: 'web-services' }
  gateway.mount('/rpc', jsonRpc(web), xmlRpc(web), rest(web))
  const { url } = await gateway.listen(0) // any free port, for this machine only

  const post = async (path: string, type: string, body: string, token = '42') => {
    const headers = { 'content-type': type, authorization: `Bearer ${token}` }
    const response = await fetch(`${url}/rpc/${path}`, { method: 'POST', headers, body })
    return response.ok ? await response.text() : `${response.status} ${response.statusText}`
  }

  // JSON-RPC: parameters by name, several requests at once.
  const batch = [
    { jsonrpc: '2.0', id: 1, method: 'multiply', params: { x: 6, y: 7 } },
    { jsonrpc: '2.0', id: 2, method: 'caller' },
  ]
  console.log(await post('math', 'application/json', JSON.stringify(batch)))

  // XML-RPC, as programs of 1999 speak it.
  console.log(await post('math', 'text/xml', '<methodCall><methodName>caller</methodName></methodCall>'))

  // Plain JSON: the method is in the path.
  console.log(await post('math/multiply', 'application/json', '[6, 7]'))
  console.log(await post('math/divide', 'application/json', '[6, 7]'))
  console.log(await post('nobody/multiply', 'application/json', '[6, 7]'))
  console.log(await post('math/multiply', 'application/json', '[6, 7]', '43'))
})
