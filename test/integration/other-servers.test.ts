import express from 'express'
import { type Authorise, createGateway, type GatewayOptions, jsonRpc, live, rest, xmlRpc } from 'troupe/gateway'
import { describe, expect, it } from 'vitest'
import { Shop, Vault } from './fixtures/guarded.js'
import { LiveMath, LiveMathApi } from './fixtures/live-math.js'
import { WebMath } from './fixtures/web-math.js'
import { openEvents } from './support/events.js'
import { errorOf } from './support/outcomes.js'
import { callAt, send } from './support/requests.js'
import { portOf, SERVERS, type StartServer } from './support/servers.js'
import { startSystem } from './support/systems.js'

/** A way to say who asks: what is right, what is not, and what takes the one for the other. */
interface Key {
  readonly kind: string
  readonly options: GatewayOptions
  readonly challenge: string
  readonly right: Readonly<Record<string, string>>
  readonly wrong: readonly Readonly<Record<string, string>>[]
}

const cookie: Authorise = ({ headers }) => {
  const [, id] = /(?:^|; )session=([^;]+)/.exec(headers.get('cookie') ?? '') ?? []
  return id !== undefined && USERS.has(id) && { user: USERS.get(id) as string }
}
const USERS: ReadonlyMap<string, string> = new Map([
  ['17', 'ada'],
  ['18', 'bob'],
])
const ADA = { cookie: 'session=17' }
const BOB = { cookie: 'session=18' }

const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })

const KEYS: readonly Key[] = [
  {
    kind: 'a bearer token',
    options: { authorise: ({ headers }) => headers.get('authorization') === 'Bearer 42' && { user: 'ada' } },
    challenge: 'Bearer',
    right: { authorization: 'Bearer 42' },
    wrong: [{}, { authorization: 'Bearer 43' }, basic('Bearer:42'), { cookie: 'authorization=Bearer 42' }],
  },
  {
    kind: 'a password',
    options: {
      authorise: ({ headers }) => headers.get('authorization') === basic('ada:lovelace').authorization && { user: 'ada' },
      challenge: 'Basic realm="shop"',
    },
    challenge: 'Basic realm="shop"',
    right: basic('ada:lovelace'),
    wrong: [{}, basic('ada:'), basic('bob:lovelace'), { authorization: 'Bearer 42' }],
  },
  {
    kind: 'a cookie',
    options: { authorise: cookie },
    challenge: 'Bearer',
    right: { cookie: 'theme=dark; session=17; seen=1' },
    wrong: [{}, { cookie: 'session=19' }, { cookie: 'nosession=17' }, { authorization: 'session=17' }],
  },
]

describe.each(SERVERS)('a gateway in %s', (_name, serve) => {
  it('answers in all protocols, and leaves alone what is not its own', async () => {
    const system = await startSystem({ threads: 1 })
    await system.spawn(WebMath)
    const gateway = createGateway(system)
    gateway.mount('/rpc', jsonRpc({ group: 'web' }), xmlRpc({ group: 'web' }), rest({ group: 'web' }))
    const port = await serve(gateway)
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'multiply', params: [6, 7] })
    expect(JSON.parse((await send(port, { path: '/rpc/math', body })).text)).toEqual({ jsonrpc: '2.0', id: 1, result: 42 })
    const xml = '<methodCall><methodName>caller</methodName></methodCall>'
    const caller = await send(port, { path: '/rpc/math', headers: { 'content-type': 'text/xml' }, body: xml })
    expect(/<string>(.*?)<\/string>/.exec(caller.text)?.[1]).toBe('127.0.0.1')
    expect(await send(port, { path: '/rpc/math/multiply', body: '[2,3]' })).toMatchObject({ status: 200, text: '6' })
    expect(await send(port, { method: 'GET', path: '/other', headers: {} })).toMatchObject({ status: 200, text: 'other' })
  })

  it.each(KEYS)('lets in who has $kind, and tells methods who that is; others get 401', async ({ options, challenge, right, wrong }) => {
    const system = await startSystem({ threads: 0 })
    await system.spawn(Shop)
    const gateway = createGateway(system, options)
    gateway.mount('/rpc', rest({ group: 'people' }))
    const port = await serve(gateway)
    const accepted = await callAt(port, '/rpc/shop/who', right)
    expect([accepted.status, JSON.parse(accepted.text)]).toEqual([200, { user: 'ada', remoteAddress: '127.0.0.1' }])
    for (const headers of wrong) {
      const refused = await callAt(port, '/rpc/shop/who', headers)
      expect([headers, refused.status, refused.headers['www-authenticate']]).toEqual([headers, 401, challenge])
      expect(refused.text).not.toContain('user')
    }
  })

  it('answers 403 to whom the service refuses', async () => {
    const system = await startSystem({ threads: 0 })
    await system.spawn(Vault)
    const gateway = createGateway(system, { authorise: cookie })
    gateway.mount('/rpc', rest({ group: 'admins' }))
    const port = await serve(gateway)
    expect(await callAt(port, '/rpc/vault/open', ADA)).toMatchObject({ status: 200, text: '"opened"' })
    const refused = await callAt(port, '/rpc/vault/open', BOB)
    expect([refused.status, JSON.parse(refused.text).code]).toEqual([403, 'ERR_REQUEST_REFUSED'])
    expect((await callAt(port, '/rpc/vault/touch', BOB)).status).toBe(200)
  })

  it('tells reports as server-sent events, and goes on after the last that a client has', async () => {
    const { port, math } = await startEvents(serve)
    const url = `http://127.0.0.1:${port}/live/math?pattern=load`
    const refused = await fetch(url)
    expect([refused.status, (await refused.text()).includes('load')]).toEqual([401, false])

    await math.publish(1, true)
    const first = await openEvents(url, ADA)
    expect([first.response.status, first.response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
    expect(first.greeting).toMatchObject({ retry: '2000' })
    expect((await first.next()).content).toBe(1)
    await math.publish(2, false)
    const { id = '', content } = await first.next()
    expect(content).toBe(2)
    first.abort.abort()

    for (const load of [3, 4]) await math.publish(load, false)
    const second = await openEvents(url, { ...ADA, 'last-event-id': id })
    expect([(await second.next()).content, (await second.next()).content]).toEqual([3, 4])
    second.abort.abort()
  })

  it('lets nobody go on with the events of somebody else', async () => {
    const { port, math } = await startEvents(serve)
    const url = `http://127.0.0.1:${port}/live/math?pattern=load`
    const heard = await openEvents(url, ADA)
    await math.publish(1, false)
    const { id = '' } = await heard.next()
    for (const load of [2, 3]) await math.publish(load, load === 3)
    expect([(await heard.next()).content, (await heard.next()).content]).toEqual([2, 3])
    const other = await openEvents(url, { ...BOB, 'last-event-id': id })
    expect(await other.next()).toMatchObject({ event: 'lost' })
    expect((await other.next()).content).toBe(3)
    await math.publish(4, false)
    expect([(await heard.next()).content, (await other.next()).content]).toEqual([4, 4])
    for (const { abort } of [heard, other]) abort.abort()
  })

  it('ends events when it is closed', async () => {
    const { port, gateway } = await startEvents(serve)
    const { next } = await openEvents(`http://127.0.0.1:${port}/live/math?pattern=load`, ADA)
    const end = errorOf(next())
    await gateway.close()
    expect((await end).message).toBe('the events have ended')
    expect((await callAt(port, '/live/math', ADA)).status).toBe(503)
  })
})

describe('a gateway below a path of Express', () => {
  it('answers what a parser of bodies has read, at the path of its mounts behind that path', async () => {
    const system = await startSystem({ threads: 0 })
    await system.spawn(WebMath, { host: 'inline' })
    const gateway = createGateway(system)
    gateway.mount('/rpc', rest({ group: 'web' }))
    const app = express()
    app.use(express.json())
    app.use('/api', gateway.handler)
    const port = await portOf(app.listen(0, '127.0.0.1'))
    expect(await send(port, { path: '/api/rpc/math/multiply', body: '[6,7]' })).toMatchObject({ status: 200, text: '42' })
    expect((await send(port, { path: '/rpc/math/multiply', body: '[6,7]' })).status).toBe(404)
  })
})

/** A service whose reports those hear who have a cookie. */
async function startEvents(serve: StartServer) {
  const system = await startSystem({ threads: 0 })
  await system.spawn(LiveMath)
  const math = await system.lookup(LiveMathApi)
  const gateway = createGateway(system, { authorise: cookie })
  gateway.mount('/live', live({ group: 'web' }))
  return { gateway, math, port: await serve(gateway) }
}

it('Express finds a mount below whose path it uses the handler', async () => {
  const system = await startSystem({ threads: 0 })
  await system.spawn(WebMath)
  const gateway = createGateway(system)
  gateway.mount('/rpc', rest({ group: 'web' }))
  const port = await portOf(express().use('/rpc', gateway.handler).listen(0, '127.0.0.1'))
  expect(await send(port, { path: '/rpc/math/multiply', body: '[6,7]' })).toMatchObject({ status: 200, text: '42' })
  expect(await send(port, { path: '/rpc2/math/multiply', body: '[6,7]' })).toMatchObject({ status: 404 })
})
