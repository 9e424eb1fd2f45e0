import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { createGateway } from '../../../../src/gateway/create-gateway.js'
import type { GatewayOptions } from '../../../../src/gateway/gateway-type.js'
import { type LiveOptions, live } from '../../../../src/gateway/live/live.js'
import { rest } from '../../../../src/gateway/rest/rest.js'
import { createTestSystem } from '../../../../src/testing/create-test-system.js'
import { recordingLog } from '../../../actors/evidence.js'
import { MathService } from '../../../client/services.js'

const HELLO = JSON.stringify({ kind: 'hello', version: 1, properties: {} })

/** A gateway on a port, under a clock that is moved by hand. */
async function start(options: GatewayOptions & { readonly live?: LiveOptions } = {}) {
  const { live: liveOptions, ...rest_ } = options
  const system = await createTestSystem({ seed: 1, log: recordingLog() })
  const math = await system.spawn(MathService)
  const gateway = createGateway(system, rest_)
  gateway.mount('/live', live({ group: 'web' }, liveOptions))
  gateway.mount('/other', live({ group: 'web' }), rest({ group: 'web' }))
  const { port } = await gateway.listen(0)
  /** Lets what is on its way arrive until something is so. */
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) {
      await new Promise((resolve) => setImmediate(resolve))
      await system.settled()
    }
  }
  const open = (path = '/live') => new WebSocket(`ws://127.0.0.1:${port}${path}`)
  return {
    system,
    math,
    gateway,
    port,
    until,
    open,
    /** What a WebSocket ends with: a status when it is refused, else a code. */
    async endOf(socket: WebSocket): Promise<number> {
      let end: number | undefined
      socket.on('error', () => undefined)
      socket.on('unexpected-response', (_request, { statusCode }) => {
        end = statusCode
      })
      socket.on('close', (code) => {
        end ??= code
      })
      await until(() => end !== undefined)
      return end as number
    },
    async [Symbol.asyncDispose]() {
      const closed = gateway.close({ drainMs: 0 })
      let isClosed = false
      void closed.finally(() => {
        isClosed = true
      })
      while (!isClosed) {
        await new Promise((resolve) => setImmediate(resolve))
        await system.clock.advance(100)
      }
      await system[Symbol.asyncDispose]()
    },
  }
}

/** A WebSocket of a client that answers nothing, not even that it is closed. */
async function openDumb(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  const lines = ['GET /live HTTP/1.1', 'host: localhost', 'connection: upgrade', 'upgrade: websocket', 'sec-websocket-version: 13']
  socket.write([...lines, 'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==', '', ''].join('\r\n'))
  await once(socket, 'data')
  return socket
}

/** A frame of a client whose mask is zero: text, or what ends it. */
function frameOf(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)])
}

describe('a WebSocket that the gateway closes', () => {
  it('tells its client why, whatever that did', async () => {
    await using it = await start()
    const socket = it.open()
    await it.until(() => socket.readyState === WebSocket.OPEN)
    socket.send('garbage')
    expect(await it.endOf(socket)).toBe(4400)
    const refused = await start({ authorise: () => false })
    const stranger = refused.open()
    await refused.until(() => stranger.readyState === WebSocket.OPEN)
    stranger.send(HELLO)
    expect(await refused.endOf(stranger)).toBe(4401)
    await refused[Symbol.asyncDispose]()
  })

  it('has a second to be answered, and counts until its socket is closed', async () => {
    await using it = await start({ live: { limits: { maxConnections: 1 } } })
    const dumb = await openDumb(it.port)
    let heard = Buffer.alloc(0)
    dumb.on('data', (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk])
    })
    let isClosed = false
    dumb.on('close', () => {
      isClosed = true
    })
    dumb.write(frameOf('garbage'))
    await it.until(() => heard.length >= 4)
    expect([heard[0], heard.readUInt16BE(2)]).toEqual([0x88, 4400])
    expect(await it.endOf(it.open())).toBe(503)
    await it.system.clock.advance(900)
    expect(await it.endOf(it.open())).toBe(503)
    await it.system.clock.advance(200)
    await it.until(() => isClosed)
    const next = it.open()
    await it.until(() => next.readyState === WebSocket.OPEN)
    next.terminate()
  })

  it('does not hold up the close of the gateway for longer than that', async () => {
    await using it = await start()
    const dumb = await openDumb(it.port)
    let isClosed = false
    dumb.on('data', () => undefined)
    dumb.on('close', () => {
      isClosed = true
    })
    let isDone = false
    const closed = it.gateway.close().then(() => {
      isDone = true
    })
    await it.system.settled()
    expect([isDone, isClosed]).toEqual([false, false])
    await it.system.clock.advance(1100)
    await it.until(() => isDone && isClosed)
    await closed
  })
})

describe('live clients of all mounts', () => {
  it('are as many as the gateway takes, and give back their places', async () => {
    await using it = await start({ limits: { maxLiveConnections: 2 } })
    const [one, two] = [it.open('/live'), it.open('/other')]
    await it.until(() => [one, two].every(({ readyState }) => readyState === WebSocket.OPEN))
    expect(await it.endOf(it.open('/live'))).toBe(503)
    expect((await fetch(`http://127.0.0.1:${it.port}/other/math`)).status).toBe(503)
    one.close()
    expect(await it.endOf(one)).toBe(1005)
    const next = it.open('/other')
    await it.until(() => next.readyState === WebSocket.OPEN)
    for (const socket of [two, next]) socket.terminate()
  })

  it('count those of a mount of both kinds', async () => {
    await using it = await start({ live: { limits: { maxConnections: 1 } } })
    const abort = new AbortController()
    expect((await fetch(`http://127.0.0.1:${it.port}/live/math`, { signal: abort.signal })).status).toBe(200)
    expect(await it.endOf(it.open())).toBe(503)
    abort.abort()
  })

  it('keep no place when they do not know how to ask', async () => {
    await using it = await start({ limits: { maxLiveConnections: 1 } })
    for (let i = 0; i < 3; i++) {
      const socket = connect(it.port, '127.0.0.1')
      socket.write('GET /live HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
      const [answer] = await once(socket, 'data')
      expect(String(answer)).toMatch(/^HTTP\/1.1 400 /)
      socket.destroy()
    }
    const socket = it.open()
    await it.until(() => socket.readyState === WebSocket.OPEN)
    socket.terminate()
  })

  it('make calls that count with those of everybody', async () => {
    await using it = await start({ limits: { maxPending: 1 } })
    const socket = it.open()
    const said: string[] = []
    socket.on('message', (data) => said.push(String(data)))
    await it.until(() => socket.readyState === WebSocket.OPEN)
    socket.send(HELLO)
    await it.until(() => said.some((text) => text.includes('"welcome"')))
    socket.send(JSON.stringify({ kind: 'call', id: 1, to: it.math.$.binding.id, method: 'wait', args: [] }))
    socket.send(JSON.stringify({ kind: 'watch', id: 2, to: 'nobody' }))
    await it.until(() => said.some((text) => text.includes('"gone","id":2')))
    const statusOf = async () => (await fetch(`http://127.0.0.1:${it.port}/other/math/noted`, { method: 'POST' })).status
    expect(await statusOf()).toBe(503)
    socket.close()
    let status = 503
    while (status === 503) status = await statusOf()
    expect([status, await it.math.aborted()]).toEqual([200, ['wait']])
  })
})
