import { describe, expect, it } from 'vitest'
import { decideAtDoor } from '../../../src/gateway/http/door.js'
import { post, start } from '../services.js'

const RULES = { cors: ['https://app.example'], hosts: ['api.example'] }

const decide = (method: string, headers: Readonly<Record<string, string>>, isLoopback = true) =>
  decideAtDoor({ method, isLoopback, header: (name) => headers[name] }, RULES)?.status

describe('decideAtDoor()', () => {
  it.for([
    'localhost',
    'localhost:8000',
    'LOCALHOST',
    'app.localhost',
    '127.0.0.1:80',
    '127.8.9.10',
    '[::1]:80',
    '[::1]',
    'api.example:443',
  ])('lets questions to host %s in on loopback', (host) => {
    expect(decide('POST', { host })).toBeUndefined()
  })

  it.for([
    'evil.example',
    'evil.example:8000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '192.0.2.1',
    '[2001:db8::1]',
    'api.example.evil',
  ])('refuses questions to host "%s" on loopback, and nowhere else', (host) => {
    expect(decide('POST', { host })).toBe(403)
    expect(decide('POST', { host }, false)).toBeUndefined()
  })

  it.for(['', ':80', 'localhost:80/open?', 'localhost:80#', '[::1]/open:1', '127.0.0.1:80\\open', 'ada@localhost', 'localhost :80'])(
    'refuses host "%s", of which no URL can be made that has the path of the question',
    (host) => {
      expect(decide('POST', { host })).toBe(400)
      expect(decide('POST', { host }, false)).toBe(400)
    },
  )

  it.for(['https://evil.example', 'null', 'http://localhost', 'https://app.example:444', 'https://app.example.evil', ''])(
    'refuses pages of "%s", whatever they ask',
    (origin) => {
      for (const method of ['POST', 'GET', 'OPTIONS']) expect(decide(method, { host: 'localhost', origin })).toBe(403)
    },
  )

  it('lets pages that may ask ask, and their browsers ask whether they may', () => {
    const headers = { host: 'localhost', origin: 'https://app.example' }
    expect(decide('POST', headers)).toBeUndefined()
    expect(decide('OPTIONS', headers)).toBe(204)
    expect(decide('OPTIONS', { host: 'localhost' })).toBe(204)
  })

  it('knows POST, GET and OPTIONS', () => {
    for (const method of ['PUT', 'DELETE', 'HEAD', 'TRACE', 'CONNECT', 'post', '']) expect(decide(method, { host: 'localhost' })).toBe(405)
  })
})

describe('CORS', () => {
  it('tells the browser that the page may read the answer, a refusal too; others nothing', async () => {
    await using it = await start({ cors: ['https://app.example'], authorise: (request) => request.headers.has('authorization') })
    const origin = 'https://app.example'
    const headers = (answer: { headers: Headers }) => [answer.headers.get('access-control-allow-origin'), answer.headers.get('vary')]
    const body = { jsonrpc: '2.0', id: 1, method: 'multiply', params: [6, 7] }
    const answer = await post(it.gateway, '/rpc/math', body, { origin, authorization: 'x' })
    expect([answer.json.result, ...headers(answer)]).toEqual([42, origin, 'origin'])
    const refused = await post(it.gateway, '/rpc/math', body, { origin })
    expect([refused.status, ...headers(refused)]).toEqual([401, origin, 'origin'])
    const stranger = await post(it.gateway, '/rpc/math', body, { origin: 'https://evil.example', authorization: 'x' })
    expect([stranger.status, ...headers(stranger)]).toEqual([403, null, null])
  })

  it('answers preflights without asking authorise, which would see no credentials', async () => {
    await using it = await start({ cors: ['https://app.example'], authorise: () => false })
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'POST' }
    const answer = await it.gateway.fetch(new Request('http://localhost/rpc/math', { method: 'OPTIONS', headers }))
    expect(answer.status).toBe(204)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'POST, GET',
      'access-control-allow-headers': 'authorization, content-type',
    })
  })
})

describe('gateway.fetch', () => {
  const ask = async (host: string, remoteAddress?: string, headers: Readonly<Record<string, string>> = {}) => {
    await using it = await start({ hosts: ['api.example'] })
    const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '[6,7]' }
    const request = new Request(`http://${host}/rpc/math/multiply`, init)
    return (await it.gateway.fetch(request, remoteAddress === undefined ? undefined : { remoteAddress })).status
  }

  it.for([undefined, '127.0.0.1', '::1', '::ffff:127.0.0.1', '', 'unix:', '127.0.0.1:4711'])(
    'from "%s" must be addressed to this machine, or a name in hosts',
    async (from) => {
      const hosts = ['localhost:8000', '127.0.0.1', '[::1]:80', 'api.example', 'evil.example', 'evil.example:8000', '192.0.2.1']
      expect(await Promise.all(hosts.map((host) => ask(host, from)))).toEqual([200, 200, 200, 200, 403, 403, 403])
    },
  )

  it('is told what to give where the server has told nothing', async () => {
    await using it = await start()
    const detailOf = async (facts?: { readonly remoteAddress: string }) => {
      const response = await it.gateway.fetch(new Request('http://evil.example/rpc/math/reset', { method: 'POST' }), facts)
      return ((await response.json()) as { readonly detail: string }).detail
    }
    expect(await detailOf()).toMatch(/in hosts, or fetch\(\) the remoteAddress of the connection$/)
    expect(await detailOf({ remoteAddress: '127.0.0.1' })).toMatch(/in hosts$/)
  })

  it('from elsewhere may be addressed to any', async () => {
    for (const from of ['192.0.2.7', '2001:db8::7', '::ffff:192.0.2.7', 'fe80::7%eth0']) expect(await ask('evil.example', from)).toBe(200)
  })

  it('says so where the body was read before', async () => {
    await using it = await start()
    const request = new Request('http://localhost/rpc/echo/all', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '[6,7]',
    })
    await request.text()
    const response = await it.gateway.fetch(request)
    expect([response.status, await response.json()]).toEqual([
      500,
      expect.objectContaining({ detail: expect.stringContaining('was read before') }),
    ])
  })

  it('goes by the header where there is one', async () => {
    expect(await ask('localhost', '127.0.0.1', { host: 'evil.example' })).toBe(403)
  })
})
