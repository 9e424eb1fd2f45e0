import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Turns } from '../../../src/gateway/http/turns.js'
import { start } from '../services.js'

/** Sends several calls at once on one connection, over REST and without arguments. */
function pipeline(port: number, ...methods: readonly string[]): Socket {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.write(methods.map((method) => `POST /rpc/echo/${method} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n`).join(''))
  return socket
}

/** The bodies of so many answers. */
async function bodiesOf(socket: Socket, count: number): Promise<readonly unknown[]> {
  let text = ''
  for await (const chunk of socket) {
    text += String(chunk)
    const bodies = [...text.matchAll(/\r\n\r\n(.+?)(?=HTTP|$)/gs)].map(([, body]) => JSON.parse(body as string))
    if (bodies.length === count) return bodies
  }
  throw new Error(`the connection has ended after ${text}`)
}

describe('requests that are pipelined', () => {
  it('are begun one after the other, each when the one before it has been answered', async () => {
    await using it = await start()
    const { port } = await it.gateway.listen(0)
    const socket = pipeline(port, 'wait', 'ends', 'ends')
    await it.echo.arrived()
    await it.echo.release()
    expect(await bodiesOf(socket, 3)).toEqual(['waited', ['released'], ['released']])
  })

  it('hold up nothing when their connection has ended before it was their turn', async () => {
    await using it = await start()
    const { port } = await it.gateway.listen(0)
    const socket = pipeline(port, 'wait', 'end', 'end')
    await it.echo.arrived()
    socket.destroy()
    await it.gateway.close()
    expect(await it.echo.ends()).toEqual(['aborted'])
  })

  it('are too many from the 257th on that waits', async () => {
    const turns = new Turns()
    const taken: boolean[] = []
    const server = createServer((_req, res) => void taken.push(turns.begin(res, () => undefined)))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => {
      server.close()
      server.closeAllConnections()
    })
    pipeline((server.address() as AddressInfo).port, ...Array(258).fill('wait'))
    while (taken.length < 258) await new Promise((resolve) => setImmediate(resolve))
    expect(taken.indexOf(false)).toBe(257)
  })
})
