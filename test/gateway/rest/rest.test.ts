import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, method } from '../../../src/actors/contract.js'
import { service } from '../../../src/actors/define.js'
import type { Gateway } from '../../../src/gateway/gateway-type.js'
import { rest } from '../../../src/gateway/rest/rest.js'
import { post, readResponse, start } from '../services.js'

const get = async (gateway: Gateway, path: string) => await readResponse(await gateway.fetch(new Request(`http://localhost${path}`)))

describe('REST', () => {
  it('takes arguments by position, by name, or none, and answers with the result alone', async () => {
    await using it = await start()
    const ask = async (path: string, body: unknown) => (await post(it.gateway, `/rpc/${path}`, body)).json
    expect(await ask('math/multiply', [6, 7])).toBe(42)
    expect(await ask('math/multiply', { x: 6, y: 7 })).toBe(42)
    expect(await ask('math/greet', { name: 'Ada' })).toBe('Hello, Ada')
    expect(await ask('echo/dotted.name', '')).toBe('dotted')
    expect(await ask('echo/give', ['date'])).toBe('2001-02-03T04:05:06.789Z')
    const bare = await it.gateway.fetch(new Request('http://localhost/rpc/echo/dotted.name', { method: 'POST' }))
    expect(await bare.json()).toBe('dotted')
  })

  it('answers 204 for nothing, and null for null', async () => {
    await using it = await start()
    expect(await post(it.gateway, '/rpc/math/reset', [])).toMatchObject({ status: 204, text: '' })
    expect(await post(it.gateway, '/rpc/echo/echo', [null])).toMatchObject({ status: 200, text: 'null' })
  })

  it.for([
    ['math/fly', [], 404, { error: 55 }],
    ['math/multiply', [1], 400, { error: 56 }],
    ['math/multiply', 1, 400, { error: 54 }],
    ['math/multiply', '{', 400, { error: 54 }],
    ['math/fail', [9], 422, { error: 57, code: 'Overflow', data: { limit: 9 } }],
    ['math/crash', [], 500, { error: 57, detail: 'boom' }],
    ['math/hurried', [], 504, { error: 47 }],
    ['echo/give', ['cycle'], 500, { error: 52 }],
    ['nobody/fly', [], 404, {}],
    ['math/%', [], 404, {}],
  ] as const)('%s of %j is a problem of status %i', async ([path, body, status, members]) => {
    await using it = await start()
    const answer = await post(it.gateway, `/rpc/${path}`, body)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.json).toMatchObject({ status, title: expect.any(String), detail: expect.any(String), ...members })
  })

  it('a body without a content type is no call', async () => {
    await using it = await start()
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('[6,7]'))
        controller.close()
      },
    })
    const request = new Request('http://localhost/rpc/math/multiply', { method: 'POST', body, duplex: 'half' } as RequestInit)
    expect((await it.gateway.fetch(request)).status).toBe(415)
  })
})

describe('openapi.json', () => {
  it('describes all services of a mount whose contract is known', async () => {
    await using it = await start()
    const { json } = await get(it.gateway, '/rpc/openapi.json')
    expect(json).toMatchObject({ openapi: '3.1.0', servers: [{ url: '/rpc' }] })
    expect(Object.keys(json.paths)).toContain('/math/multiply')
    expect(Object.keys(json.paths)).not.toContain('/math/count')
    expect(Object.keys(json.paths).some((path) => path.startsWith('/echo'))).toBe(false)
    const { requestBody, responses } = json.paths['/math/multiply'].post
    expect(requestBody.content['application/json'].schema.oneOf).toMatchObject([
      { type: 'object', required: ['x', 'y'], properties: { x: { type: 'number' } } },
      { type: 'array', minItems: 2, maxItems: 2 },
    ])
    expect(responses).toMatchObject({
      200: { content: { 'application/json': { schema: { type: 'number' } } } },
      default: { $ref: '#/components/responses/Problem' },
    })
    expect(json.paths['/math/reset'].post).toMatchObject({ responses: { 204: {} } })
    expect(json.paths['/math/reset'].post).not.toHaveProperty('requestBody')
  })

  it('describes one service, below it, or at a mount that is one', async () => {
    await using it = await start()
    it.gateway.mount('/math', rest({ name: 'math' }))
    expect((await get(it.gateway, '/rpc/math/openapi.json')).json.info.title).toBe('math')
    expect(Object.keys((await get(it.gateway, '/math/openapi.json')).json.paths)).toContain('/multiply')
    expect((await get(it.gateway, '/rpc/nobody/openapi.json')).status).toBe(404)
    expect((await get(it.gateway, '/rpc/math')).status).toBe(405) // which is a service: for a POST of JSON-RPC
    expect((await get(it.gateway, '/rpc/nobody')).status).toBe(404)
  })

  it('a schema that refers to itself still does within the document; what JSON Schema cannot say is open', async () => {
    const Tree: z.ZodType<object, object> = z.object({
      get children() {
        return z.array(Tree).optional()
      },
    })
    const TreeApi = contract('a tree', { methods: { grow: method([z.date(), Tree], Tree), 'prune/all': method() } })
    await using it = await start()
    await it.system.spawn(
      service(import.meta, TreeApi, { groups: ['web'] }, () => ({ grow: (_date, tree) => tree, 'prune/all': () => undefined })),
    )
    const { json } = await get(it.gateway, '/rpc/a%20tree/openapi.json')
    const { post: grow } = json.paths['/a%20tree/grow']
    expect(grow.requestBody.content['application/json'].schema.oneOf[0].properties).toMatchObject({
      arg0: {},
      arg1: { $id: 'urn:troupe:a%20tree.grow%3Aarg1' },
    })
    expect(json.paths).toHaveProperty(['/a%20tree/prune%2Fall'])
    expect((await post(it.gateway, '/rpc/a%20tree/prune%2Fall', [])).status).toBe(204)
  })
})
