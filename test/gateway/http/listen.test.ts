import { once } from 'node:events'
import { Agent, createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createGateway } from '../../../src/gateway/create-gateway.js'
import { limitedServer } from '../../../src/gateway/http/node-server.js'
import { createSystem } from '../../../src/runtime/create-system.js'
import { failureOf } from '../../actors/evidence.js'
import { start } from '../services.js'

const CALL = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'multiply', params: [6, 7] })
const JSON_TYPE = { 'content-type': 'application/json' }

/** Sends bytes as they are; resolves to all that comes back when the connection has ended. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => undefined)
  socket.write(text)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString('latin1')
}

const post = (path: string, body: string, headers: readonly string[] = []) =>
  [
    `POST ${path} HTTP/1.1`,
    'host: localhost',
    'content-type: application/json',
    'connection: close',
    ...headers,
    `content-length: ${body.length}`,
    '',
    body,
  ].join('\r\n')

describe('listen()', () => {
  it('takes calls on loopback, at the port that it tells, and tells methods who asks', async () => {
    await using it = await start()
    const { address, port, url } = await it.gateway.listen(0)
    expect([address, url]).toEqual(['127.0.0.1', `http://127.0.0.1:${port}`])
    const response = await fetch(`${url}/rpc/math`, { method: 'POST', headers: JSON_TYPE, body: CALL })
    expect(await response.json()).toEqual({ jsonrpc: '2.0', id: 1, result: 42 })
    expect(await (await fetch(`${url}/rpc/echo/who`, { method: 'POST' })).json()).toEqual({ remoteAddress: '127.0.0.1' })
    expect((await fetch(`${url}/nowhere`)).status).toBe(404)
  })

  it('keeps connections for many calls', async () => {
    await using it = await start()
    const { port } = await it.gateway.listen(0)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ports = new Set<number | undefined>()
    for (let i = 0; i < 5; i++) {
      const request = httpRequest({ port, agent, path: '/rpc/math', method: 'POST', headers: JSON_TYPE })
      request.end(CALL)
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      ports.add((response.socket.address() as AddressInfo).port)
      response.resume()
      await once(response, 'end')
    }
    expect(ports.size).toBe(1)
    agent.destroy()
  })

  it('refuses to listen beyond this machine without authorise, unless it is told to', async () => {
    await using system = await createSystem({ threads: 0 })
    const gateway = createGateway(system)
    expect(await failureOf(gateway.listen({ port: 0, host: '0.0.0.0' }))).toMatchObject({
      message: expect.stringContaining('other machines can reach'),
    })
    expect((await gateway.listen({ port: 0, host: '0.0.0.0', insecure: true })).port).toBeGreaterThan(0)
    expect((await createGateway(system, { authorise: () => true }).listen({ port: 0, host: '0.0.0.0' })).port).toBeGreaterThan(0)
    for (const wrong of [-1, 'x', undefined, { host: 'localhost' }])
      expect(await failureOf(gateway.listen(wrong as never))).toBeInstanceOf(TypeError)
  })

  it('rejects when the port is taken', async () => {
    await using it = await start()
    const { port } = await it.gateway.listen(0)
    expect(await failureOf(it.gateway.listen(port))).toMatchObject({
      code: 'EADDRINUSE',
      message: `listen(127.0.0.1:${port}): the port is in use; give another, 0 for any that is free, or end whoever listens there`,
    })
  })

  it('refuses questions that were addressed to another host, and lets those in that it is told of', async () => {
    await using it = await start({ hosts: ['api.example'] })
    const { port } = await it.gateway.listen(0)
    const ask = async (host: string) => (await raw(port, post('/rpc/math', CALL).replace('localhost', host))).slice(9, 12)
    expect([await ask('evil.example'), await ask('api.example'), await ask('localhost:1')]).toEqual(['403', '200', '200'])
  })

  it('has a limit on everything that a client could draw out', () => {
    const { headersTimeout, requestTimeout, keepAliveTimeout, maxConnections } = limitedServer(7, { answer: () => undefined })
    expect({ headersTimeout, requestTimeout, keepAliveTimeout, maxConnections }).toEqual({
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 5000,
      maxConnections: 7,
    })
  })

  it('answers 413 to a body over the limit, and hangs up', async () => {
    await using it = await start({ limits: { maxBodyBytes: 50 } })
    const { port } = await it.gateway.listen(0)
    expect(await raw(port, post('/rpc/math', 'x'.repeat(51)).slice(0, -40))).toMatch(/^HTTP\/1.1 413 /)
    const chunked = [
      'POST /rpc/math HTTP/1.1',
      'host: localhost',
      'content-type: application/json',
      'transfer-encoding: chunked',
      '',
      '33',
      'x'.repeat(51),
      '',
    ].join('\r\n')
    expect(await raw(port, chunked)).toMatch(/^HTTP\/1.1 413 .*connection: close/is)
  })

  it('takes targets in absolute form, and no others than paths', async () => {
    await using it = await start()
    const { port } = await it.gateway.listen(0)
    expect(await raw(port, post('http://localhost/rpc/math?x=1#y', CALL))).toMatch(/^HTTP\/1.1 200 .*"result":42/s)
    expect(await raw(port, post('*', CALL))).toMatch(/^HTTP\/1.1 400 /)
  })

  it('aborts the call of a client that hangs up', async () => {
    await using it = await start()
    const { port } = await it.gateway.listen(0)
    const socket = connect(port, '127.0.0.1')
    socket.write(post('/rpc/echo/wait', ''))
    await it.echo.arrived()
    socket.destroy()
    while ((await it.echo.ends()).length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(await it.echo.ends()).toEqual(['aborted'])
  })

  it('a body that never comes whole is given up with its client', async () => {
    await using it = await start()
    const { port } = await it.gateway.listen(0)
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.end(post('/rpc/math', CALL).slice(0, -5))
    await once(socket.resume(), 'close')
    await it.gateway.close()
    expect(it.log.records).toEqual([])
  })

  it('close() answers what was asked, then ends all connections', async () => {
    await using it = await start()
    const { port, url } = await it.gateway.listen(0)
    const idle = connect(port, '127.0.0.1')
    await once(idle, 'connect')
    const waiting = fetch(`${url}/rpc/echo/wait`, { method: 'POST' })
    await it.echo.arrived()
    const closed = it.gateway.close()
    await it.echo.release()
    expect(await (await waiting).json()).toBe('waited')
    await Promise.all([closed, once(idle.resume(), 'close')])
    const [refusal] = await once(connect(port, '127.0.0.1'), 'error')
    expect(refusal).toMatchObject({ code: 'ECONNREFUSED' })
  })
})

describe('handler', () => {
  it('passes on what is below no mount, and takes bodies that were read before', async () => {
    await using it = await start()
    const server = createServer((req, res) => {
      const parsed = req as IncomingMessage & { body?: unknown }
      const chunks: Buffer[] = []
      const handle = () => it.gateway.handler(req, res, () => res.writeHead(418).end())
      if (req.headers['x-read'] === undefined) return handle()
      req.on('data', (chunk: Buffer) => chunks.push(chunk))
      req.on('end', () => {
        const text = Buffer.concat(chunks)
        parsed.body =
          req.headers['x-read'] === 'bytes' ? text : req.headers['x-read'] === 'text' ? text.toString() : JSON.parse(text.toString())
        if (req.headers['x-read'] === 'lost') delete parsed.body
        handle()
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const ask = async (how: Readonly<Record<string, string>>) => {
      const response = await fetch(`${url}/rpc/math`, { method: 'POST', headers: { ...JSON_TYPE, ...how }, body: CALL })
      return ((await response.json()) as { readonly result: unknown }).result
    }
    expect(await Promise.all([ask({}), ask({ 'x-read': 'bytes' }), ask({ 'x-read': 'text' }), ask({ 'x-read': 'object' })])).toEqual([
      42, 42, 42, 42,
    ])
    const lost = await fetch(`${url}/rpc/echo/all`, { method: 'POST', headers: { ...JSON_TYPE, 'x-read': 'lost' }, body: '[6,7]' })
    expect([lost.status, await lost.json()]).toEqual([500, expect.objectContaining({ detail: expect.stringContaining('was read before') })])
    expect((await fetch(`${url}/nowhere`)).status).toBe(418)
    server.close()
    server.closeAllConnections()
  })
})
