import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { offersWebSocket } from '../../../src/gateway/http/offered-upgrade.js'
import { live } from '../../../src/gateway/live/live.js'
import { start } from '../services.js'

const CALL = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'multiply', params: [6, 7] })
const OFFER = ['connection: Upgrade, HTTP2-Settings', 'upgrade: h2c', 'http2-settings: AAMAAABkAAQAoAAAAAIAAAAA']

const request = (line: string, headers: readonly string[], body = '') =>
  [`${line} HTTP/1.1`, 'host: localhost', ...headers, '', body].join('\r\n')

const call = (headers: readonly string[], path = '/rpc/math') =>
  request(`POST ${path}`, ['content-type: application/json', `content-length: ${CALL.length}`, ...headers], CALL)

/** What comes back for pieces that are sent one after the other, until the connection has ended. */
async function exchange(port: number, ...pieces: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
  })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  for (const piece of pieces) {
    socket.write(piece)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await once(socket, 'close')
  return text
}

describe('offersWebSocket()', () => {
  it('is true of a GET that offers that and nothing else', () => {
    const offers = (method: string, upgrade?: string) => offersWebSocket({ method, headers: upgrade === undefined ? {} : { upgrade } })
    expect([
      offers('GET', 'websocket'),
      offers('GET', ' WebSocket'),
      offers('GET', 'h2c'),
      offers('GET'),
      offers('POST', 'websocket'),
    ]).toEqual([true, true, false, false, false])
  })
})

describe('a request that offers another protocol', () => {
  it('is answered as if it offered nothing, however its body comes; then the connection is closed', async () => {
    await using it = await start()
    const { port } = await it.gateway.listen(0)
    const whole = call(OFFER)
    const chunked = request('POST /rpc/math', ['content-type: application/json', 'transfer-encoding: chunked', ...OFFER])
    const bodies = [
      [whole],
      [whole.slice(0, -5), whole.slice(-5)],
      [whole.slice(0, -CALL.length), CALL],
      [chunked, `${CALL.length.toString(16)}\r\n${CALL}\r\n`, '0\r\n\r\n'],
    ]
    for (const pieces of bodies) expect(await exchange(port, ...pieces)).toMatch(/^HTTP\/1.1 200 .*connection: close.*"result":42/is)
  })

  it('is told what is wrong with it, as any other', async () => {
    await using it = await start({ limits: { maxBodyBytes: 100 } })
    it.gateway.mount('/live', live({ group: 'web' }))
    const { port } = await it.gateway.listen(0)
    const socket = ['connection: upgrade', 'upgrade: websocket']
    const statusOf = async (text: string) => (await exchange(port, text)).slice(9, 12)
    expect(await statusOf(call(OFFER, '/nowhere'))).toBe('404')
    expect(await statusOf(request('GET /rpc/math', socket))).toBe('405')
    expect(await statusOf(request('POST /live', ['content-length: 0', ...socket]))).toBe('405')
    expect(await statusOf(request('POST /rpc/math', ['content-type: application/json', 'content-length: 101', ...OFFER]))).toBe('413')
    expect(await statusOf(request('POST /rpc/math', OFFER).replace('localhost', 'evil.example'))).toBe('403')
    expect(await statusOf(request('GET /live/nobody', OFFER))).toBe('404')
  })

  it('waits for the answers that its connection is owed', async () => {
    await using it = await start()
    const { port } = await it.gateway.listen(0)
    const early = request('POST /rpc/echo/wait', ['content-length: 0'])
    const text = exchange(port, early + early + call(OFFER))
    for (let asked = 0; asked < 2; asked++) {
      await it.echo.arrived()
      await it.echo.release()
    }
    expect((await text).match(/"waited"|"result":42/g)).toEqual(['"waited"', '"waited"', '"result":42'])
  })

  it('waits for them too when it is for a WebSocket, opened or refused', async () => {
    await using it = await start()
    it.gateway.mount('/live', live({ group: 'web' }))
    const { port } = await it.gateway.listen(0)
    const early = request('POST /rpc/echo/wait', ['content-length: 0'])
    const key = ['sec-websocket-version: 13', 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==']
    const offer = request('GET /live', ['connection: upgrade', 'upgrade: websocket', ...key])
    const closing = Buffer.from([0x88, 0x80, 0, 0, 0, 0]).toString('latin1')
    const marksOf = async (asked: string) => {
      const text = exchange(port, early + asked)
      await it.echo.arrived()
      await it.echo.release()
      return (await text).match(/HTTP\/1.1 \d+|"waited"/g)
    }
    expect(await marksOf(offer + closing)).toEqual(['HTTP/1.1 200', '"waited"', 'HTTP/1.1 101'])
    expect(await marksOf(offer.replace('host', 'origin: http://evil.example\r\nhost'))).toEqual([
      'HTTP/1.1 200',
      '"waited"',
      'HTTP/1.1 403',
    ])
  })

  it('that waits is given up with its connection', async () => {
    await using it = await start()
    const { port } = await it.gateway.listen(0)
    const socket = connect(port, '127.0.0.1')
    socket.write(request('POST /rpc/echo/wait', ['content-length: 0']) + call(OFFER))
    await it.echo.arrived()
    socket.destroy()
    await it.echo.release()
    await it.gateway.close()
    expect([await it.echo.ends(), it.log.records]).toEqual([['released'], []])
  })
})

describe('gateway.upgrade', () => {
  it("gives such requests below a mount back to a server of one's own, and leaves the rest alone", async () => {
    await using it = await start()
    const server = createServer((req, res) => it.gateway.handler(req, res))
    const left: unknown[] = []
    server.on('upgrade', (req, socket, head) => {
      if (it.gateway.upgrade(req, socket, head)) return
      left.push(req.url, head.toString())
      socket.end('HTTP/1.1 418 Mine\r\nconnection: close\r\n\r\n')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    expect(await exchange(port, call(OFFER))).toMatch(/^HTTP\/1.1 200 .*"result":42/s)
    expect(await exchange(port, call(OFFER, '/mine'))).toMatch(/^HTTP\/1.1 418 /)
    expect(left).toEqual(['/mine', CALL])
  })
})
