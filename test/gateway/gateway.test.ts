import { describe, expect, it } from 'vitest'
import { service } from '../../src/actors/define.js'
import { createGateway } from '../../src/gateway/create-gateway.js'
import { jsonRpc } from '../../src/gateway/json-rpc/json-rpc.js'
import { rest } from '../../src/gateway/rest/rest.js'
import { xmlRpc } from '../../src/gateway/xml-rpc/xml-rpc.js'
import { createSystem } from '../../src/runtime/create-system.js'
import { createTestSystem } from '../../src/testing/create-test-system.js'
import { failureOf, gate } from '../actors/evidence.js'
import { EchoService, MathService, post, readResponse, start } from './services.js'

const call = (method: string, params: unknown = []) => ({ jsonrpc: '2.0', id: 1, method, params })

const Tagged = service(import.meta, 'tagged', (_self, tag: string) => ({ tag: () => tag }))

describe('createGateway()', () => {
  it('refuses what is no system, and options that are wrong', async () => {
    await using system = await createSystem({ threads: 0 })
    expect(() => createGateway({} as never)).toThrow(TypeError)
    expect(() => createGateway(system, { cors: ['*'] })).toThrow(/'\*' is refused/)
    expect(() => createGateway(system, { timeoutMs: Number.POSITIVE_INFINITY })).toThrow(/timeoutMs/)
    expect(() => createGateway(system, { limits: { maxBatch: 0 } })).toThrow(/limits.maxBatch/)
  })

  it('a method without a deadline has that of the gateway', async () => {
    await using t = await createTestSystem({ seed: 1, timeoutMs: 60_000 })
    await t.spawn(MathService)
    const gateway = createGateway(t, { timeoutMs: 700 })
    gateway.mount('/rpc', jsonRpc({ group: 'web' }))
    const patient = post(gateway, '/rpc/math', call('patient'))
    const hurried = post(gateway, '/rpc/math', call('hurried'))
    // Bodies are read in steps of their own; nothing else can happen before.
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
    const begun = t.clock.now()
    await t.clock.advance(20)
    expect((await hurried).json.error).toMatchObject({ code: -32047, data: { error: 47 } })
    await t.clock.advance(680)
    expect((await patient).json.error).toMatchObject({ code: -32047, data: { error: 47 } })
    expect(t.clock.now() - begun).toBe(700)
    await gateway.close()
  })
})

describe('mount()', () => {
  it('of mounts that fit the longest has the request', async () => {
    await using system = await createSystem({ threads: 0 })
    for (const [tag, group] of [
      ['root', 'r'],
      ['a', 'a'],
      ['ab', 'ab'],
    ] as const)
      await system.spawn(Tagged, { init: tag, groups: [group] })
    const gateway = createGateway(system)
    gateway.mount('/', rest({ group: 'r' }))
    gateway.mount('/a', rest({ group: 'a' }))
    gateway.mount('/a/b', rest({ group: 'ab' }))
    const tags = await Promise.all(
      ['/tagged/tag', '/a/tagged/tag', '/a/b/tagged/tag', '/ab/tagged/tag'].map((path) => post(gateway, path, [])),
    )
    expect(tags.map(({ status, json }) => [status, status === 200 ? json : ''])).toEqual([
      [200, 'root'],
      [200, 'a'],
      [200, 'ab'],
      [404, ''],
    ])
  })

  it('refuses a path that is none, and the same protocol twice on one path', async () => {
    await using system = await createSystem({ threads: 0 })
    const gateway = createGateway(system)
    for (const path of ['', 'rpc', '/rpc/', '/r?c', '//', undefined])
      expect(() => gateway.mount(path as string, rest({ name: 'x' }))).toThrow(TypeError)
    gateway.mount('/rpc', rest({ name: 'x' }))
    expect(() => gateway.mount('/rpc', rest({ name: 'y' }))).toThrow(/mounted there already/)
    expect(() => gateway.mount('/rpc')).toThrow(/no protocol/)
    expect(() => gateway.mount('/rpc', { kind: 'mine' })).toThrow(/no protocol/)
  })

  it('protocols of one path are told apart by the content type', async () => {
    await using it = await start()
    const xml =
      '<methodCall><methodName>multiply</methodName><params><param><value><int>6</int></value></param><param><value><int>7</int></value></param></params></methodCall>'
    expect((await post(it.gateway, '/rpc/math', call('multiply', [6, 7]))).json).toEqual({ jsonrpc: '2.0', id: 1, result: 42 })
    expect((await post(it.gateway, '/rpc/math', xml, { 'content-type': 'text/xml; charset="UTF-8"' })).text).toContain('<int>42</int>')
    expect((await post(it.gateway, '/rpc/math/multiply', [6, 7])).json).toBe(42)
  })
})

describe('selections', () => {
  const Named = service(import.meta, 'a/b c', { groups: ['web'] }, () => ({ hello: () => 'hello' }))

  it('{ group } offers its members and nobody else; names may hold slashes and spaces', async () => {
    await using it = await start()
    await it.system.spawn(Named)
    await it.system.spawn(Tagged, { init: 'hidden', groups: ['other'] })
    const ask = async (path: string) => (await post(it.gateway, path, call('hello'))).status
    expect(await Promise.all(['/rpc/a/b%20c', '/rpc/a%2Fb%20c', '/rpc/tagged', '/rpc', '/rpc/', '/rpc/%'].map(ask))).toEqual([
      200, 200, 404, 404, 404, 404,
    ])
  })

  it('{ name } and { address } offer one service, at the mount itself', async () => {
    await using system = await createSystem({ threads: 0 })
    const tagged = await system.spawn(Tagged, { init: 'here' })
    const gateway = createGateway(system)
    gateway.mount('/name', jsonRpc({ name: 'tagged' }), rest({ name: 'tagged' }))
    gateway.mount('/address', jsonRpc({ address: tagged.$.binding.address }))
    for (const path of ['/name', '/address', '/name/']) expect((await post(gateway, path, call('tag'))).json.result).toBe('here')
    expect((await post(gateway, '/name/tag', [])).json).toBe('here')
    expect((await post(gateway, '/address/tagged', call('tag'))).status).toBe(404)
  })

  it('{ registry } offers all, those of this process, or those of an audience', async () => {
    await using system = await createSystem({ threads: 0 })
    for (const [name, audience] of [
      ['all', '*'],
      ['own', ''],
      ['back', 'backend'],
    ] as const)
      await system.spawn(Tagged, { init: name, name, audience })
    const gateway = createGateway(system)
    gateway.mount('/all', rest({ registry: '*' }))
    gateway.mount('/local', rest({ registry: '' }))
    gateway.mount('/back', rest({ registry: 'backend' }))
    const seen = async (mount: string) =>
      (await Promise.all(['all', 'own', 'back'].map((name) => post(gateway, `${mount}/${name}/tag`, [])))).map(({ status }) => status)
    expect(await seen('/all')).toEqual([200, 200, 200])
    expect(await seen('/local')).toEqual([200, 200, 200])
    expect(await seen('/back')).toEqual([404, 404, 200])
  })

  it('of several with one name the one known the longest is called while it lives, then the next', async () => {
    await using system = await createSystem({ threads: 0 })
    const first = await system.spawn(Tagged, { init: 'first' })
    const second = await system.spawn(Tagged, { init: 'second' })
    const gateway = createGateway(system)
    for (const [path, selection] of [
      ['/n', { name: 'tagged' }],
      ['/r', { registry: '*' }],
    ] as const)
      gateway.mount(path, jsonRpc(selection))
    const tags = async () => [
      (await post(gateway, '/n', call('tag'))).json?.result,
      (await post(gateway, '/r/tagged', call('tag'))).json?.result,
    ]
    expect(await tags()).toEqual(['first', 'first'])
    await first.$.stop()
    expect(await tags()).toEqual(['second', 'second'])
    await second.$.stop()
    expect((await post(gateway, '/n', call('tag'))).status).toBe(404)
  })

  it('refuses one that is none', () => {
    for (const wrong of [{}, { group: '' }, { group: 'a', name: 'b' }, 'math', undefined, { registry: 1 }])
      for (const make of [jsonRpc, xmlRpc, rest]) expect(() => make(wrong as never)).toThrow(TypeError)
  })
})

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
    const request = new Request('http://gate.test/rpc/echo/who', { method: 'POST', headers: { authorization: 'none' } })
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
      const { status, headers } = await it.gateway.fetch(new Request(`http://gate.test${path}`, { method }))
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
    expect((await it.gateway.fetch(new Request('http://gate.test/rpc/math', init))).status).toBe(413)
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

describe('a caller that goes away', () => {
  it('aborts its call', async () => {
    await using it = await start()
    const gone = new AbortController()
    const init = { method: 'POST', signal: gone.signal }
    const answer = it.gateway.fetch(new Request('http://gate.test/rpc/echo/wait', init))
    await it.echo.arrived()
    gone.abort()
    expect((await readResponse(await answer)).json).toMatchObject({ status: 503, error: 48 })
    expect(await it.echo.ends()).toEqual(['aborted'])
  })

  it('does not abort a notification', async () => {
    await using it = await start()
    const gone = new AbortController()
    const init = {
      method: 'POST',
      signal: gone.signal,
      headers: { 'content-type': 'application/json' },
      body: '{"jsonrpc":"2.0","method":"wait"}',
    }
    expect((await it.gateway.fetch(new Request('http://gate.test/rpc/echo', init))).status).toBe(204)
    await it.echo.arrived()
    gone.abort()
    await it.echo.release()
    await it.gateway.close()
    expect(await it.echo.ends()).toEqual(['released'])
  })
})

describe('close()', () => {
  it('answers what was taken, notifications included, and takes no more; a second time does nothing', async () => {
    await using it = await start()
    const waiting = post(it.gateway, '/rpc/echo/wait', [])
    await it.echo.arrived()
    await post(it.gateway, '/rpc/echo', { jsonrpc: '2.0', method: 'wait' })
    await it.echo.arrived()
    const closed = it.gateway.close()
    expect((await post(it.gateway, '/rpc/math', call('reset'))).status).toBe(503)
    await it.echo.release()
    await closed
    expect((await waiting).json).toBe('waited')
    expect(await it.echo.ends()).toEqual(['released', 'released'])
    await it.gateway.close()
    expect(await failureOf(it.gateway.listen(0))).toMatchObject({ message: expect.stringContaining('closed') })
  })

  it('aborts what goes on for longer than it may', async () => {
    await using it = await start()
    const waiting = post(it.gateway, '/rpc/echo/wait', [])
    await it.echo.arrived()
    await post(it.gateway, '/rpc/echo', { jsonrpc: '2.0', method: 'wait' })
    await it.echo.arrived()
    await it.gateway.close({ drainMs: 0 })
    expect((await waiting).json).toMatchObject({ status: 503, code: 'ERR_REQUEST_ABORTED' })
    expect(await it.echo.ends()).toEqual(['aborted', 'aborted'])
  })

  it('comes with the stop of the system, before its actors stop', async () => {
    const it = await start()
    const waiting = post(it.gateway, '/rpc/echo/wait', [])
    await it.echo.arrived()
    const stopped = it.system.stop()
    await Promise.resolve()
    await it.echo.release()
    await stopped
    expect((await waiting).json).toBe('waited')
    expect((await post(it.gateway, '/rpc/math', call('reset'))).status).toBe(503)
  })
})
