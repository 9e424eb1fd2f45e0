import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect as connectSocket } from 'node:net'
import { createSystem, isFailure } from 'troupe'
import { createExchange } from 'troupe/exchange'
import { createGateway, live } from 'troupe/gateway'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { LiveMath, LiveMathApi } from './fixtures/live-math.js'
import { openEvents } from './support/events.js'
import { connect, eventOf, startSite } from './support/live.js'
import { errorOf } from './support/outcomes.js'
import { startSystem } from './support/systems.js'

/** What a raw WebSocket ends with. */
async function endOf(socket: WebSocket): Promise<unknown> {
  return await new Promise((resolve) => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode))
    socket.on('close', (code) => resolve(code))
    socket.on('error', () => undefined)
  })
}

describe('a client over a WebSocket', () => {
  it('calls, streams and hears services of another thread', async () => {
    const { url } = await startSite()
    const client = connect(url)
    const math = await client.lookup(LiveMathApi)
    expect(await math.thread()).toBe(1)
    expect(await math.multiply(6, 7)).toBe(42)
    expect(await math.later(new Date(5))).toEqual(new Date(1005))
    const failure = await errorOf(math.multiply(1e6, 2))
    expect(isFailure(failure, LiveMathApi, 'Overflow') && failure.data.limit).toBe(1_000_000n)
    expect(await math.caller()).toEqual({ remoteAddress: '127.0.0.1' })
    const items: number[] = []
    for await (const item of math.count(5000)) items.push(item)
    expect(items).toHaveLength(5000)
    await math.publish(1, true)
    const heard: unknown[] = []
    let told = (): void => undefined
    const two = new Promise<void>((resolve) => {
      told = resolve
    })
    const subscription = client.subscribe(LiveMathApi, 'load', ({ content, retained }) => {
      heard.push([content, retained])
      if (content === 2) told()
    })
    await subscription.ready
    await Promise.all([math.publish(2, false), two])
    expect(heard).toEqual([
      [1, true],
      [2, false],
    ])
  })

  it('reaches services of other processes', async () => {
    const [hub, far] = [await startSystem({ threads: 0 }), await startSystem({ threads: 0 })]
    const { address } = await createExchange(hub, { role: 'server' }).listen(0)
    const link = createExchange(far, { role: 'client' }).connect(address)
    const remote = await far.spawn(LiveMath)
    await link.active()
    const gateway = createGateway(hub)
    gateway.mount('/live', live({ group: 'web' }))
    const { url } = await gateway.listen(0)
    const client = connect(url)
    const math = await client.lookup(LiveMathApi)
    const items: number[] = []
    for await (const item of math.count(200)) items.push(item)
    expect([await math.multiply(6, 7), items.length]).toEqual([42, 200])
    const heard = client.subscribe(LiveMathApi, 'load')
    await heard.ready
    await remote.publish(5, false)
    for await (const { content } of heard) {
      expect(content).toBe(5)
      break
    }
    const gone = new Promise((resolve) => client.watch(math, ({ reason }) => resolve(reason)))
    await far.stop()
    expect(['stopped', 'unreachable']).toContain(await gone)
  })

  it('comes back to a gateway that was started again, and fails at once what waited', async () => {
    const site = await startSite()
    const client = connect(site.url)
    const math = await client.lookup(LiveMathApi)
    const heard: number[] = []
    let told = (): void => undefined
    client.subscribe(LiveMathApi, 'load', ({ content }) => {
      heard.push(content)
      told()
    })
    await math.publish(1, true)
    const waiting = errorOf(math.$.with({ timeoutMs: 60_000 }).wait())
    // It goes the same way, after that one.
    await math.multiply(1, 1)
    const inactive = eventOf(client, 'inactive')
    await Promise.all([site.stop(), inactive])
    expect(await waiting).toMatchObject({ delivered: 'maybe' })
    const back = await startSite({ port: site.port })
    const again = await client.lookup(LiveMathApi, { timeoutMs: 20_000 })
    const two = new Promise<void>((resolve) => {
      told = resolve
    })
    await again.publish(2, true)
    await two
    expect(heard).toEqual([1, 2])
    await back.stop()
  })

  it('is asked who it is once, by a header that its properties give; a stranger is refused', async () => {
    const asked: (string | null)[] = []
    const { url } = await startSite({
      authorise(request) {
        asked.push(request.headers.get('authorization'))
        return request.headers.get('authorization') === 'Bearer 42' && { user: 'ada' }
      },
    })
    const stranger = connect(url, { properties: { user: 'eve' } })
    expect(await eventOf(stranger, 'refused')).toEqual({ state: 'refused', reason: 'the gateway does not let you in' })
    await stranger.close()
    const before = asked.length
    const client = connect(url, { properties: { authorization: 'Bearer 42', user: 'eve', role: 'admin' } })
    const math = await client.lookup(LiveMathApi)
    await math.multiply(1, 1)
    expect(await math.caller()).toEqual({ remoteAddress: '127.0.0.1', user: 'ada' })
    expect(asked.slice(before)).toEqual(['Bearer 42'])
  })

  it('lets the process end when it is closed, and the gateway when its system stops', async () => {
    const site = await startSite()
    const client = connect(site.url)
    await client.active()
    await client.close()
    const raw = new WebSocket(`${site.url.replace('http', 'ws')}/live`)
    await once(raw, 'open')
    const end = endOf(raw)
    await site.stop()
    expect(await end).toBe(1001)
  })
})

describe('who may open a WebSocket', () => {
  it('pages of origins that are listed, hosts that are this machine, at a mount', async () => {
    const { url, port } = await startSite({ cors: ['https://app.example.org'] })
    const ws = url.replace('http', 'ws')
    expect(await endOf(new WebSocket(`${ws}/live`, { origin: 'https://evil.example.org' }))).toBe(403)
    expect(await endOf(new WebSocket(`${ws}/live`, { headers: { host: 'evil.example.org' } }))).toBe(403)
    expect(await endOf(new WebSocket(`${ws}/nothing`))).toBe(404)
    expect(await endOf(new WebSocket(`${ws}/live/math`))).toBe(404)
    const page = new WebSocket(`${ws}/live`, { origin: 'https://app.example.org' })
    await once(page, 'open')
    page.close()
    const plain = connectSocket(port, '127.0.0.1')
    plain.write('GET /live HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
    const [answer] = await once(plain, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1.1 4\d\d /)
    plain.destroy()
  })

  it('messages that are binary, or larger than 1 MiB, end it', async () => {
    const { url } = await startSite()
    for (const [message, code] of [
      [Buffer.from('x'), 4400],
      ['x'.repeat(2 ** 20 + 1), 1009],
    ] as const) {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/live`)
      await once(socket, 'open')
      socket.send(message)
      expect([code, 1006]).toContain(await endOf(socket))
    }
  })
})

describe('gateway.upgrade', () => {
  it("serves a server of one's own, and leaves alone what is not mounted", async () => {
    await using system = await createSystem({ threads: 0 })
    await system.spawn(LiveMath)
    const gateway = createGateway(system)
    gateway.mount('/live', live({ group: 'web' }))
    const server = createServer((req, res) => gateway.handler(req, res))
    server.on('upgrade', (req, socket, head) => {
      if (!gateway.upgrade(req, socket, head)) socket.end('HTTP/1.1 418 Mine\r\nconnection: close\r\n\r\n')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as { readonly port: number }
    expect(await endOf(new WebSocket(`ws://127.0.0.1:${port}/mine`))).toBe(418)
    const client = connect(`http://127.0.0.1:${port}`)
    expect(await (await client.lookup(LiveMathApi)).multiply(6, 7)).toBe(42)
    await gateway.close()
  })
})

describe('server-sent events', () => {
  it('tell reports, and resume', async () => {
    const { url, system } = await startSite()
    const math = await system.lookup(LiveMathApi)
    await math.publish(1, true)
    const first = await openEvents(`${url}/live/math?pattern=load`)
    expect(first.response.headers.get('content-type')).toBe('text/event-stream')
    const { id = '', content } = await first.next()
    expect(content).toBe(1)
    first.abort.abort()
    for (const load of [2, 3]) await math.publish(load, false)
    const second = await openEvents(`${url}/live/math?pattern=load`, { 'last-event-id': id })
    expect([(await second.next()).content, (await second.next()).content]).toEqual([2, 3])
    second.abort.abort()
  })
})
