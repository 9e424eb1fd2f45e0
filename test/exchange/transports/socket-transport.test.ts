import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket, type TcpNetConnectOpts } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { hasMetItself } from '../../../src/exchange/transports/socket-transport.js'

const host = '127.0.0.1'

/** A port where nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function connected(options: TcpNetConnectOpts): Promise<Socket> {
  const socket = connect(options)
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

it('hasMetItself() tells a socket that leads to itself from others', async () => {
  const port = await freePort()
  expect(hasMetItself(await connected({ host, port, localAddress: host, localPort: port }))).toBe(true)
  const server = createServer((socket) => void socket.unref()).listen(0, host)
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  expect(hasMetItself(await connected({ host, port: (server.address() as AddressInfo).port }))).toBe(false)
  expect(
    hasMetItself({ localAddress: undefined, localPort: undefined, remoteAddress: undefined, remotePort: undefined } as unknown as Socket),
  ).toBe(false)
})
