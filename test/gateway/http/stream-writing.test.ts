import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { writeStream } from '../../../src/gateway/http/stream-writing.js'

const TIMES = 12

async function* large() {
  for (let i = 0; i < TIMES; i++) yield 'x'.repeat(2 ** 20)
}

it('writeStream() leaves no listeners behind, however often it had to wait', async () => {
  const left: number[] = []
  const drains: unknown[] = []
  const serve = async (res: ServerResponse): Promise<void> => {
    res.on('drain', () => drains.push(1))
    await writeStream(res, { status: 200, headers: {} }, large())
    left.push(res.listenerCount('timeout'))
  }
  const server = createServer((_req, res) => void serve(res))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
  socket.resume()
  await once(socket, 'close')
  expect(drains.length).toBeGreaterThan(1)
  expect(left).toEqual([0])
})
