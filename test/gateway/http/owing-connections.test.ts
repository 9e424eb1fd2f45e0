import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { OwingConnections } from '../../../src/gateway/http/owing-connections.js'

const PIECE = 'x'.repeat(2 ** 20)
const PIECES = 20
const CALL = 'GET / HTTP/1.1\r\nhost: localhost\r\n'
const OFFER = 'connection: upgrade\r\nupgrade: other\r\n'

/** A client that has asked for much and takes nothing yet, and then offers another protocol. */
async function start() {
  const owing = new OwingConnections()
  const ends: string[] = []
  const server = createServer(async (_req, res) => {
    for (let i = 0; i < PIECES && !res.destroyed; i++) if (!res.write(PIECE)) await Promise.race([once(res, 'drain'), once(res, 'close')])
    ends.push(res.destroyed ? 'cut short' : 'written')
    res.end()
  })
  const offered = new Promise<void>((resolve) => {
    server.on('upgrade', (_req, stream) => {
      owing.after(stream, () => {
        ends.push('its turn')
        stream.end()
      })
      resolve()
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
    server.close()
  })
  socket.on('error', () => undefined)
  socket.write(`${CALL}\r\n${CALL}${OFFER}\r\n`)
  await offered
  return { owing, ends, socket, closed: new Promise<void>((resolve) => server.close(() => resolve())) }
}

describe('OwingConnections', () => {
  it('lets what is owed leave as the client takes it, before what waits', async () => {
    const { ends, socket } = await start()
    socket.resume()
    await once(socket, 'close')
    expect(ends).toEqual(['written', 'its turn'])
  })

  it('drop() ends those that take nothing, of which the server knows nothing', async () => {
    const { owing, ends, closed } = await start()
    owing.drop()
    await closed
    while (ends.length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(ends).toEqual(['cut short'])
  })
})
