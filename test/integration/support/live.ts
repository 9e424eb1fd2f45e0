import { createServer } from 'node:http'
import type { System } from 'troupe'
import { type ClientConnectionEvent, createClient, type LiveClient, type LiveClientOptions } from 'troupe/client'
import { createGateway, type GatewayOptions, live } from 'troupe/gateway'
import { onTestFinished } from 'vitest'
import { LiveMath } from '../fixtures/live-math.js'
import { startSystem } from './systems.js'

/** A math service on a worker thread behind a live mount. */
export interface LiveSite {
  readonly system: System
  readonly url: string
  readonly port: number
  /** Waits for nothing that is pending. */
  stop(): Promise<void>
}

export async function startSite(options: GatewayOptions & { readonly port?: number } = {}): Promise<LiveSite> {
  const { port: asked = 0, ...rest } = options
  const system = await startSystem({ threads: 1 })
  await system.spawn(LiveMath)
  const gateway = createGateway(system, rest)
  gateway.mount('/live', live({ group: 'web' }))
  const { url, port } = await gateway.listen(asked)
  const stop = async (): Promise<void> => {
    await gateway.close({ drainMs: 0 })
    await system.stop()
  }
  return { system, url, port, stop }
}

/** A client that is closed with the test. */
export function connect(url: string, options?: LiveClientOptions): LiveClient {
  const client = createClient(`${url}/live`, options)
  onTestFinished(() => client.close())
  return client
}

/** Resolves with the first event of a connection that has a state. */
export function eventOf(client: LiveClient, wanted: ClientConnectionEvent['state']): Promise<ClientConnectionEvent> {
  return new Promise((resolve) => {
    const listening = client.on('connection', (event) => {
      if (event.state !== wanted) return
      listening[Symbol.dispose]()
      resolve(event)
    })
  })
}

/** Serves a page with its program at an origin of its own. */
export async function servePage(html: string, script: string) {
  const server = createServer((req, res) => {
    const isScript = req.url === '/page.js'
    res.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' }).end(isScript ? script : html)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { readonly port: number }
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${port}`
}
