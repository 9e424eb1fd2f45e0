import { describe, expect, it } from 'vitest'
import { createGateway } from '../../src/gateway/create-gateway.js'
import { jsonRpc } from '../../src/gateway/json-rpc/json-rpc.js'
import { rest } from '../../src/gateway/rest/rest.js'
import { createSystem } from '../../src/runtime/create-system.js'
import { createTestSystem } from '../../src/testing/create-test-system.js'
import { gate } from '../actors/evidence.js'
import { EchoService, post, readResponse, start } from './services.js'

const call = (method: string, params: unknown = []) => ({ jsonrpc: '2.0', id: 1, method, params })

describe('authorise', () => {
  it('false is 401 with a challenge; properties reach the method, with the address of the caller', async () => {
    const seen: string[] = []
    await using it = await start({
      challenge: 'Basic realm="math"',
      authorise(request) {
        seen.push(`${request.method} ${new URL(request.url).pathname} ${request.headers.get('content-type')} ${request.body}`)
        const login = request.headers.get('authorization')
        return login === 'Basic YWRhOmFkYQ==' ? { user: 'ada' } : login === 'none'
      },
    })
    const refused = await post(it.gateway, '/rpc/echo', call('who'))
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="math"'])
    expect(seen).toEqual(['POST /rpc/echo application/json null'])
    expect((await post(it.gateway, '/rpc/echo', call('who'), { authorization: 'Basic YWRhOmFkYQ==' })).json.result).toEqual({ user: 'ada' })
    expect((await post(it.gateway, '/rpc/echo', call('who'), { authorization: 'none' })).json.result).toEqual({})
    const request = new Request('http://localhost/rpc/echo/who', { method: 'POST', headers: { authorization: 'none' } })
    expect((await readResponse(await it.gateway.fetch(request, { remoteAddress: '192.0.2.7' }))).json).toEqual({
      remoteAddress: '192.0.2.7',
    })
  })

  it('a mount may have its own, asked after that of the gateway; who is refused learns nothing of what is there', async () => {
    await using system = await createSystem({ threads: 0 })
    await system.spawn(EchoService)
    const gateway = createGateway(system, { authorise: () => ({ user: 'ada', role: 'guest' }) })
    gateway.mount('/open', rest({ group: 'web' }))
    gateway.mount('/admin', rest({ group: 'web' }, { authorise: (request) => request.headers.has('x-admin') && { role: 'admin' } }))
    expect((await post(gateway, '/open/echo/who', [])).json).toEqual({ user: 'ada', role: 'guest' })
    expect((await post(gateway, '/admin/echo/who', [], { 'x-admin': '1' })).json).toEqual({ user: 'ada', role: 'admin' })
    expect((await post(gateway, '/admin/echo/who', [])).status).toBe(401)
    expect((await post(gateway, '/admin/nobody/who', [])).status).toBe(401)
  })

  it('one that throws, or answers nonsense, lets nobody in, and is logged', async () => {
    let answer: () => unknown = () => 'yes'
    await using it = await start({ authorise: () => answer() as boolean })
    expect((await post(it.gateway, '/rpc/math/reset', [])).status).toBe(500)
    answer = () => {
      throw new Error('secret reason')
    }
    const { status, text } = await post(it.gateway, '/rpc/math/reset', [])
    expect([status, text.includes('secret')]).toEqual([500, false])
    expect(it.log.records.filter(({ level }) => level === 'error')).toHaveLength(2)
  })

  it.for([undefined, null, 0, 1, '', { user: 3 }])('%j is no answer, and lets nobody in', async (answer) => {
    await using it = await start({ authorise: () => answer as never })
    expect((await post(it.gateway, '/rpc/math/reset', [])).status).toBe(500)
    const [record] = it.log.records.filter(({ level }) => level === 'error')
    expect(String((record?.fields as { readonly error?: unknown } | undefined)?.error)).toMatch(
      /authorise\(\): .*(object of strings|give a string)/,
    )
  })

  it('no answer within 5 s is a refusal', async () => {
    await using t = await createTestSystem({ seed: 1 })
    await t.spawn(EchoService)
    const asked = gate()
    const gateway = createGateway(t, {
      authorise: () => {
        asked.open()
        return new Promise<boolean>(() => undefined)
      },
    })
    gateway.mount('/rpc', rest({ group: 'web' }))
    const answer = post(gateway, '/rpc/echo/who', [])
    await asked.passed
    await t.clock.advance(5000)
    expect((await answer).status).toBe(401)
  })
})

describe('what a request may be', () => {
  it('only POST, and GET of documents: else 405', async () => {
    await using it = await start()
    const ask = async (method: string, path: string) => {
      const { status, headers } = await it.gateway.fetch(new Request(`http://localhost${path}`, { method }))
      return [status, headers.get('allow')]
    }
    expect(await ask('PUT', '/rpc/math')).toEqual([405, 'POST'])
    expect(await ask('GET', '/rpc/openapi.json')).toEqual([200, null])
    it.gateway.mount('/json', jsonRpc({ group: 'web' }))
    expect(await ask('GET', '/json/math')).toEqual([405, 'POST'])
    expect(await ask('DELETE', '/json/math')).toEqual([405, 'POST'])
  })

  it.for([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=latin1',
    'application/xml',
    '',
  ])('content type "%s" is no call: 415', async (type) => {
    await using it = await start()
    const { status, headers } = await post(it.gateway, '/rpc/math', call('reset'), { 'content-type': type })
    expect([status, headers.get('accept-post')]).toEqual([415, 'application/json, text/xml'])
  })

  it('a body over the limit is 413, told or not told before', async () => {
    await using it = await start({ limits: { maxBodyBytes: 100 } })
    const { status } = await post(it.gateway, '/rpc/math', call('sum', [new Array(100).fill(1)]), { 'content-length': '101' })
    expect(status).toBe(413)
    const chunks = [new Uint8Array(60).fill(32), new Uint8Array(60).fill(32)]
    const body = new ReadableStream({ pull: (controller) => (chunks.length > 0 ? controller.enqueue(chunks.pop()) : controller.close()) })
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' } as const
    expect((await it.gateway.fetch(new Request('http://localhost/rpc/math', init))).status).toBe(413)
    expect((await post(it.gateway, '/rpc/math', call('reset').jsonrpc)).status).toBe(200)
  })

  it('an answer cannot be stored, nor taken for something else', async () => {
    await using it = await start()
    const { headers } = await post(it.gateway, '/rpc/math', call('multiply', [1, 2]))
    expect([headers.get('cache-control'), headers.get('x-content-type-options'), headers.get('content-type')]).toEqual([
      'no-store',
      'nosniff',
      'application/json',
    ])
  })

  it('more calls at a time than the limit are 503, in a batch too', async () => {
    await using it = await start({ limits: { maxPending: 2 } })
    const waiting = post(it.gateway, '/rpc/echo/wait', [])
    await it.echo.arrived()
    expect((await post(it.gateway, '/rpc/math', [call('reset'), call('reset')])).status).toBe(503)
    expect((await post(it.gateway, '/rpc/math', call('multiply', [2, 3]))).json.result).toBe(6)
    await it.echo.release()
    expect((await waiting).json).toBe('waited')
    expect((await post(it.gateway, '/rpc/math', [call('reset'), call('reset')])).status).toBe(200)
  })

  it('bodies that take more than the limit, all together, are 503', async () => {
    await using it = await start({ limits: { maxBodyBytes: 100, maxHeldBytes: 150 } })
    const waiting = post(it.gateway, '/rpc/echo/wait', [], { 'content-length': '100' })
    await it.echo.arrived()
    expect((await post(it.gateway, '/rpc/math/reset', [], { 'content-length': '51' })).status).toBe(503)
    expect((await post(it.gateway, '/rpc/math/reset', [])).status).toBe(503)
    expect((await post(it.gateway, '/rpc/math/reset', [], { 'content-length': '2' })).status).toBe(204)
    await it.echo.release()
    await waiting
    expect((await post(it.gateway, '/rpc/math/reset', [])).status).toBe(204)
  })
})
