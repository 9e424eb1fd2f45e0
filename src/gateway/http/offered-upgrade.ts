import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { OwingConnections } from './owing-connections.js'

/** A request that offers another protocol, as Node's servers tell of it: its socket, and what came after its head. */
export interface OfferedUpgrade {
  readonly req: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
}

/** Headers that are about the connection, which is not kept. */
const OF_CONNECTION: ReadonlySet<string> = new Set(['connection', 'upgrade', 'http2-settings', 'keep-alive'])

/** Whether what is offered is a WebSocket (RFC 6455, 4.2.1). */
export function offersWebSocket({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  return method === 'GET' && headers.upgrade?.trim().toLowerCase() === 'websocket'
}

/**
 * Lets a server answer a request as if nothing had been offered, which it may (RFC 9110, 7.8); afterwards the connection is closed. Node's servers
 * call every request that offers something an upgrade once somebody listens to those, `curl --http2` among them, and only since 24.9 can be told
 * which are (`shouldUpgradeCallback`). So the server is given the connection anew, with the request at its beginning, offering nothing.
 *
 * - **Ordering**: after the answers that are still owed on the connection.
 */
export function serveUnupgraded(server: Server, { socket, req, head }: OfferedUpgrade, owing: OwingConnections): void {
  owing.after(socket, () => {
    socket.unshift(Buffer.concat([Buffer.from(printHead(req), 'latin1'), head]))
    // It may count as idle since the last answer.
    ;(socket as { setTimeout?(limitMs: number): void }).setTimeout?.(0)
    server.emit('connection', socket)
  })
}

/** The server that a connection came to, where Node lets it be asked for others than itself: before 24.9. */
export function serverOf(socket: Duplex): Server | undefined {
  const { server } = socket as { readonly server?: Server & { readonly shouldUpgradeCallback?: unknown } }
  return server === undefined || server.shouldUpgradeCallback !== undefined ? undefined : server
}

function printHead({ method, url, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/1.1`]
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string
    if (!OF_CONNECTION.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[i + 1]}`)
  }
  return `${lines.join('\r\n')}\r\nconnection: close\r\n\r\n`
}
