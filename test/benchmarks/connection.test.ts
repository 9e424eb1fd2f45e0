import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openConnection } from '../../benchmarks/workloads/gateway-json-rpc/connection.js'

/** A server that gives back what it is sent, and its side of the only connection. */
async function startServer(status = 200) {
  const server = createServer((req, res) => {
    res.statusCode = status
    req.on('data', (body: Buffer) => void res.end(body))
  })
  server.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close().closeAllConnections())
  await once(server, 'listening')
  const taking = once(server, 'connection') as Promise<[Socket]>
  const connection = await openConnection((server.address() as AddressInfo).port, '/')
  const [socket] = await taking
  onTestFinished(() => connection.close())
  return { connection, socket }
}

describe('openConnection()', () => {
  it('posts one request after the other, and rejects answers that are no success', async () => {
    const { connection } = await startServer()
    expect([await connection.post('one'), await connection.post('two')]).toEqual(['one', 'two'])
    const other = await startServer(503)
    await expect(other.connection.post('one')).rejects.toThrow('no answer that this client knows')
  })

  it('rejects what is posted when the server has closed the connection, as servers do with those that rest', async () => {
    const { connection, socket } = await startServer()
    await connection.post('one')
    socket.end()
    await once(socket, 'close')
    await expect(connection.post('two')).rejects.toThrow('the server has closed the connection')
    await expect(connection.post('three')).rejects.toThrow('the server has closed the connection')
  })
})
