import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { listenFailure } from './listen-failure.js'
import { isLoopbackAddress } from './loopback.js'

const HEADERS_LIMIT_MS = 10_000
const REQUEST_LIMIT_MS = 30_000
const IDLE_LIMIT_MS = 5000
const MAX_HEADER_BYTES = 16_384

/** Where to listen. */
export interface ListenAddress {
  /** 0 takes any that is free. */
  readonly port: number
  readonly host: string
}

/** Where a server listens. */
export interface Listening {
  readonly address: string
  readonly port: number
  readonly url: string
}

/** Who answers what comes to a server. */
export interface ServerParts {
  answer(req: IncomingMessage, res: ServerResponse): void
  /** Whether it takes what a request offers, which is then told as an upgrade: asked by Node from 24.9 on. */
  takesOffer?(req: IncomingMessage): boolean
}

/** A server of Node's with a limit on everything that a client could draw out. */
export function limitedServer(maxConnections: number, { answer, takesOffer = () => false }: ServerParts): Server {
  const options = {
    shouldUpgradeCallback: takesOffer,
    headersTimeout: HEADERS_LIMIT_MS,
    requestTimeout: REQUEST_LIMIT_MS,
    keepAliveTimeout: IDLE_LIMIT_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    insecureHTTPParser: false,
  }
  const server = createServer(options, answer)
  server.maxConnections = maxConnections
  return server
}

/** Whether only this machine can reach a host. */
export function isLocalHost(host: string): boolean {
  return host === 'localhost' || isLoopbackAddress(host)
}

/** Rejects when it cannot listen there, with the `code` of the system's error. */
export async function listen(server: Server, { port, host }: ListenAddress): Promise<Listening> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw listenFailure({ host, port }, cause)
  }
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error(`listen(): the server listens at ${String(bound)}, which is no port`)
  const shown = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address
  return { address: bound.address, port: bound.port, url: `http://${shown}:${bound.port}` }
}

/** Takes no more connections, and ends those on which nothing is asked. */
export function stopListening(server: Server): void {
  server.close()
  server.closeIdleConnections()
}
