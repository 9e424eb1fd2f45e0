import { rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type OnReadOpts, connect as openSocket, type Server, type Socket } from 'node:net'
import { availableParallelism } from 'node:os'
import type { World } from '../../base/world.js'
import { type Address, printAddress } from './address.js'
import { Lookout } from './lookout.js'
import type { ConnectListener, Listening, OnWire, Transport, Wire } from './transport.js'

const READ_BYTES = 64 * 2 ** 10

/**
 * TCP and unix sockets (`node:net`). Small writes leave at once: Nagle's algorithm is off (`TCP_NODELAY`, tcp(7)).
 */
export class SocketTransport implements Transport {
  readonly #lookout: Lookout | null

  /** With one core looking on would take it from whoever is to answer. */
  constructor(world: Pick<World, 'clock' | 'scheduler'>, cores: number = availableParallelism()) {
    this.#lookout = cores > 1 ? new Lookout(world) : null
  }

  connect(address: Address, { onWire, onFailed }: ConnectListener): () => void {
    let read: (bytes: Uint8Array) => void = () => undefined
    const socket = openSocket({ ...socketOptions(address), noDelay: true, onread: readingInto((bytes) => read(bytes)) })
    const fail = (error: Error): void => {
      socket.destroy()
      onFailed(error)
    }
    socket.once('error', fail)
    socket.once('connect', () => {
      if (hasMetItself(socket)) return fail(new Error('connect ECONNREFUSED: the socket met itself, as nobody listens there'))
      socket.off('error', fail)
      read = this.#over(socket, { remote: address }, onWire)
    })
    return () => {
      socket.removeAllListeners()
      // What the socket still has to say of itself is nobody's business any more.
      socket.on('error', () => undefined)
      socket.destroy()
    }
  }

  async listen(address: Address, onWire: OnWire): Promise<Listening> {
    const onSocket = (socket: Socket): void => void socket.on('data', this.#over(socket, { local: address }, onWire))
    try {
      return await listenAt(address, onSocket)
    } catch (error) {
      if (address.kind !== 'unix' || !(await isLeftBehind(address, error))) throw error
      await rm(address.path, { force: true })
      return await listenAt(address, onSocket)
    }
  }

  /** Returns who is to be given what arrives. */
  #over(socket: Socket, known: KnownAddresses, onWire: OnWire): (bytes: Uint8Array) => void {
    const wire = new SocketWire(socket, namesOf(socket, known))
    const listener = onWire(wire)
    let failure: Error | undefined
    socket.on('drain', () => listener.onDrained())
    // The other side has ended: there is no talking into one direction.
    socket.on('end', () => socket.end())
    socket.on('error', (error) => {
      failure = error
    })
    socket.on('close', () => listener.onClosed(failure))
    return (bytes) => {
      this.#lookout?.came(bytes.length)
      listener.onBytes(bytes)
    }
  }
}

/** Everything that arrives is read into the same memory, where Node would make 64 KiB of it for each piece; only who connects can ask for that. */
function readingInto(read: (bytes: Uint8Array) => void): OnReadOpts {
  const buffer = new Uint8Array(READ_BYTES)
  return {
    buffer,
    callback: (size) => {
      read(buffer.subarray(0, size))
      return true
    },
  }
}

type Ends = Pick<Socket, 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'>
type Names = { readonly local: string; readonly remote: string }
type KnownAddresses = { readonly local?: Address; readonly remote?: Address }
type SocketAddress = Exclude<Address, { readonly kind: 'memory' }>

/**
 * Where nobody listens on a port of this machine, the system may choose that very port for our end: TCP then connects the socket with
 * itself (simultaneous open, RFC 9293 section 3.5).
 */
export function hasMetItself({ localAddress, localPort, remoteAddress, remotePort }: Ends): boolean {
  return localPort !== undefined && localPort === remotePort && localAddress === remoteAddress
}

/** A process that was killed leaves its unix socket behind, where nobody answers. */
function isLeftBehind(address: Address, error: unknown): Promise<boolean> {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return Promise.resolve(false)
  return new Promise((resolve) => {
    const socket = openSocket(socketOptions(address))
    socket.once('connect', () => {
      socket.destroy()
      resolve(false)
    })
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'))
  })
}

function listenAt(address: Address, onSocket: (socket: Socket) => void): Promise<Listening> {
  const server = createServer({ noDelay: true }, onSocket)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(socketOptions(address), () => {
      server.off('error', reject)
      // A connection that could not be accepted, for want of descriptors, is its maker's to try again.
      server.on('error', () => undefined)
      resolve({
        address: boundAddress(server, address as SocketAddress),
        // Those that stand are not waited for, as the callback would.
        close: async () => void server.close(),
      })
    })
  })
}

function boundAddress(server: Server, asked: SocketAddress): Address {
  if (asked.kind === 'unix') return asked
  const { port } = server.address() as AddressInfo
  return { ...asked, port }
}

function socketOptions(address: Address): { readonly path: string } | { readonly host: string; readonly port: number } {
  if (address.kind === 'unix') return { path: address.path }
  if (address.kind === 'tcp') return { host: address.host, port: address.port }
  const advice =
    address.kind === 'tls' ? "there is no TLS yet; give 'tcp://…', on a network that you trust or in a tunnel" : 'sockets do not lead there'
  throw new TypeError(`${printAddress(address)}: ${advice}`)
}

class SocketWire implements Wire {
  readonly localAddress: string
  readonly remoteAddress: string
  readonly #socket: Socket

  constructor(socket: Socket, { local, remote }: Names) {
    this.#socket = socket
    this.localAddress = local
    this.remoteAddress = remote
  }

  get backlogBytes(): number {
    return this.#socket.writableLength
  }

  write(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes)
  }

  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}

/** The names of both ends. Of a unix socket only the end where it was listened has one: `known` says which that is, and its name. */
function namesOf(socket: Socket, { local, remote }: KnownAddresses): Names {
  if ((local ?? remote)?.kind === 'unix') return { local: nameOfUnix(local), remote: nameOfUnix(remote) }
  return { local: nameOf(socket.localAddress, socket.localPort), remote: nameOf(socket.remoteAddress, socket.remotePort) }
}

function nameOfUnix(known: Address | undefined): string {
  return known === undefined ? 'unix:' : printAddress(known)
}

/** `''` once the connection is gone. */
function nameOf(host: string | undefined, port: number | undefined): string {
  return host === undefined || port === undefined ? '' : printAddress({ kind: 'tcp', host, port })
}
