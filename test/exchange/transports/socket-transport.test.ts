import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket, type TcpNetConnectOpts } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { hasMetItself, SocketTransport } from '../../../src/exchange/transports/socket-transport.js'
import type { Wire } from '../../../src/exchange/transports/transport.js'
import { nodeWorld } from '../../../src/runtime/node-world.js'

const host = '127.0.0.1'
const sockets = new SocketTransport(nodeWorld({ hold: () => undefined }))

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

it('a unix socket has the name of the end where it was listened, on both sides', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-socket-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const address = { kind: 'unix', path: join(folder, 'hub') } as const
  const quiet = { onBytes: () => undefined, onDrained: () => undefined, onClosed: () => undefined }
  const [accepted, opened] = await new Promise<readonly [Wire, Wire]>((resolve, reject) => {
    const wires = new Map<string, Wire>()
    const onWire = (end: string) => (wire: Wire) => {
      wires.set(end, wire)
      if (wires.size === 2) resolve([wires.get('accepted') as Wire, wires.get('opened') as Wire])
      return quiet
    }
    const listening = sockets.listen(address, onWire('accepted'))
    onTestFinished(async () => (await listening).close())
    listening.then(() => sockets.connect(address, { onWire: onWire('opened'), onFailed: reject }), reject)
  })
  for (const wire of [accepted, opened]) onTestFinished(() => wire.destroy())
  const name = `unix:${address.path}`
  expect([opened.remoteAddress, opened.localAddress, accepted.remoteAddress, accepted.localAddress]).toEqual([name, 'unix:', 'unix:', name])
})
