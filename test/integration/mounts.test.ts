import { createGateway, type GatewayOptions, jsonRpc, rest, xmlRpc } from 'troupe/gateway'
import { describe, expect, it } from 'vitest'
import { Shop, Vault } from './fixtures/guarded.js'
import { callAt, send } from './support/requests.js'
import { SERVERS, type StartServer } from './support/servers.js'
import { startSystem } from './support/systems.js'

type Headers = Readonly<Record<string, string>>

const USER = { cookie: 'session=user' }
const ADMIN = { cookie: 'session=admin' }
const BOTH = { cookie: 'session=both' }
const STRANGER = { cookie: 'session=stranger' }

const session = (request: Request) => request.headers.get('cookie') ?? ''

/** One gateway that offers a shop to users and a vault to administrators, in each protocol. */
async function startSite(serve: StartServer, options: GatewayOptions = {}) {
  const system = await startSystem({ threads: 0 })
  await system.spawn(Shop)
  const vault = await system.spawn(Vault)
  const asked: string[] = []
  const authorise = (request: Request) => {
    asked.push(`${request.method} ${session(request)}`)
    return session(request) !== 'session=stranger' && session(request) !== ''
  }
  const gateway = createGateway(system, { authorise, ...options })
  const people = { group: 'people' }
  const users = { authorise: (request: Request) => /=(user|both)$/.test(session(request)) }
  gateway.mount('/rpc', jsonRpc(people, users), xmlRpc(people, users), rest(people, users))
  const few = { group: 'admins' }
  const admins = { authorise: (request: Request) => /=(admin|both)$/.test(session(request)) && { role: 'admin' } }
  gateway.mount('/admin', jsonRpc(few, admins), xmlRpc(few, admins), rest(few, admins))
  return { port: await serve(gateway), vault, asked }
}

describe.each(SERVERS)('two mounts of a gateway in %s', (_name, serve) => {
  it('let in different people, each to its own services', async () => {
    const { port } = await startSite(serve)
    const paths = ['/rpc/shop/who', '/admin/vault/touch', '/rpc/vault/touch', '/admin/shop/who']
    const statuses = async (headers: Headers) => {
      const all: number[] = []
      for (const path of paths) all.push((await callAt(port, path, headers)).status)
      return all
    }
    expect(await statuses(USER)).toEqual([200, 401, 404, 401])
    expect(await statuses(ADMIN)).toEqual([401, 200, 401, 404])
    expect(await statuses(BOTH)).toEqual([200, 200, 404, 404])
    expect(await statuses(STRANGER)).toEqual([401, 401, 401, 401])
  })

  it('describe to each what is offered there, and nothing else', async () => {
    const { port } = await startSite(serve)
    const described = async (path: string, headers: Headers) => (await send(port, { method: 'GET', path, headers })).text
    expect(await described('/rpc/openapi.json', USER)).not.toContain('vault')
    expect(await described('/admin/openapi.json', ADMIN)).not.toContain('shop')
    for (const path of ['/admin/openapi.json', '/admin/vault/openapi.json', '/rpc/vault/openapi.json']) {
      expect(await described(path, USER)).toMatch(/"status":40[14]/)
    }
  })

  it.each([
    '/rpc/../admin/vault/touch',
    '/rpc/%2e%2e/admin/vault/touch',
    '/rpc/..%2fadmin%2fvault/touch',
    '/rpc/shop/../../admin/vault/touch',
    '/rpc//admin/vault/touch',
    '//admin/vault/touch',
    '/rpc/.%2Fvault/touch',
    '/rpc/shop%2f..%2fvault/touch',
    '/admin;/vault/touch',
    '/ADMIN/vault/touch',
    '/rpc/vault%00/touch',
  ])('are not left by %s', async (path) => {
    const { port, vault } = await startSite(serve)
    const { status } = await callAt(port, path, USER)
    expect([400, 401, 404]).toContain(status)
    expect(await vault.asked()).toBe(0)
  })

  it('are not left by what a body names', async () => {
    const { port, vault } = await startSite(serve)
    for (const method of ['vault.touch', '../../admin/vault/touch', 'touch']) {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method })
      expect(await send(port, { path: '/rpc/shop', headers: { ...USER, 'content-type': 'application/json' }, body })).toMatchObject({
        status: 200,
        text: expect.stringContaining('-32601'),
      })
      const xml = `<methodCall><methodName>${method}</methodName></methodCall>`
      const answer = await send(port, { path: '/rpc/shop', headers: { ...USER, 'content-type': 'text/xml' }, body: xml })
      expect(answer.text).toContain('<fault>')
    }
    expect(await vault.asked()).toBe(0)
  })
})

const OWN = 'https://app.example.org'
const CALL = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'touch' })

describe.each(SERVERS)('a page, with the cookie of somebody who may call through %s,', (_name, serve) => {
  it('of another origin calls nothing, whatever it sends; nobody is asked who it is', async () => {
    const { port, vault, asked } = await startSite(serve, { cors: [OWN] })
    const origins = ['https://evil.example.org', 'null', 'http://app.example.org', `${OWN}.evil.example.org`, `${OWN}:8443`, '']
    for (const origin of [...origins, `http://127.0.0.1:${port}`]) {
      for (const [path, body] of [
        ['/admin/vault', CALL],
        ['/admin/vault/touch', '[]'],
        ['/admin/vault/touch', ''],
      ] as const) {
        const headers = { ...ADMIN, origin, ...(body === '' ? {} : { 'content-type': 'application/json' }) }
        const answer = await send(port, { path, headers, body })
        expect([origin, path, answer.status, answer.headers['access-control-allow-origin']]).toEqual([origin, path, 403, undefined])
      }
      const preflight = await send(port, { method: 'OPTIONS', path: '/admin/vault', headers: { origin, ...PREFLIGHT } })
      expect([origin, preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([origin, 403, undefined])
    }
    expect([await vault.asked(), asked]).toEqual([0, []])
  })

  it('whose browser tells no origin makes no call with a form', async () => {
    const { port, vault } = await startSite(serve)
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      for (const path of ['/admin/vault', '/admin/vault/touch']) {
        const { status } = await send(port, { path, headers: { ...ADMIN, 'content-type': type }, body: CALL })
        expect([type, path, status]).toEqual([type, path, 415])
      }
    }
    expect(await vault.asked()).toBe(0)
  })

  it('of an origin that is listed calls, after a preflight, and reads the answer', async () => {
    const { port, vault } = await startSite(serve, { cors: [OWN] })
    const preflight = await send(port, { method: 'OPTIONS', path: '/admin/vault', headers: { origin: OWN, ...PREFLIGHT } })
    expect([preflight.status, preflight.headers]).toMatchObject([204, { ...READABLE, 'access-control-allow-methods': 'POST, GET' }])
    const answer = await callAt(port, '/admin/vault/touch', { ...ADMIN, origin: OWN })
    expect([answer.status, answer.text, answer.headers]).toMatchObject([200, '1', READABLE])
    const refused = await callAt(port, '/admin/vault/touch', { ...USER, origin: OWN })
    expect([refused.status, refused.headers]).toMatchObject([401, READABLE])
    expect(await vault.asked()).toBe(1)
  })
})

const PREFLIGHT = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' }
const READABLE = { 'access-control-allow-origin': OWN, 'access-control-allow-credentials': 'true', vary: 'origin' }
