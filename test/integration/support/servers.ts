/** Servers that are not the gateway's own, each with a gateway in it as the guide says. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import express from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import type { Gateway } from 'troupe/gateway'
import { onTestFinished } from 'vitest'

/** Serves a gateway until the test ends, and the text `other` at `/other`; resolves with the port. */
export type StartServer = (gateway: Gateway) => Promise<number>

/** What is handed to a gateway by servers that route by path. */
const MOUNTED = ['/rpc/*', '/admin/*', '/live/*']

/** Where a server listens, which ends with the test. */
export async function portOf(server: Server): Promise<number> {
  onTestFinished(() => void server.close().closeAllConnections())
  if (!server.listening) await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function startNode(gateway: Gateway): Promise<number> {
  const other = (req: IncomingMessage, res: ServerResponse) => void (req.url === '/other' ? res.end('other') : res.writeHead(404).end())
  return portOf(createServer((req, res) => gateway.handler(req, res, () => other(req, res))).listen(0, '127.0.0.1'))
}

function startExpress(gateway: Gateway, ...before: readonly express.RequestHandler[]): Promise<number> {
  const app = express()
  app.use(...before, gateway.handler)
  app.get('/other', (_req, res) => void res.send('other'))
  return portOf(app.listen(0, '127.0.0.1'))
}

async function startFastify(gateway: Gateway): Promise<number> {
  const app = fastify({ forceCloseConnections: true })
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    for (const path of MOUNTED) {
      scope.all(path, (request, reply) => {
        reply.hijack()
        gateway.handler(request.raw, reply.raw)
      })
    }
  })
  app.get('/other', async () => 'other')
  await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => app.close())
  return (app.server.address() as AddressInfo).port
}

function startHono(gateway: Gateway): Promise<number> {
  const app = new Hono()
  for (const path of MOUNTED) {
    app.all(path, (context) => {
      const { address = '' } = getConnInfo(context).remote
      return gateway.fetch(context.req.raw, { remoteAddress: address })
    })
  }
  app.get('/other', (context) => context.text('other'))
  return portOf(serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server)
}

export const SERVERS: readonly (readonly [name: string, start: StartServer])[] = [
  ['node:http', startNode],
  ['Express', startExpress],
  ['Express after a parser of bodies', (gateway) => startExpress(gateway, express.json())],
  ['Fastify', startFastify],
  ['Hono', startHono],
]
