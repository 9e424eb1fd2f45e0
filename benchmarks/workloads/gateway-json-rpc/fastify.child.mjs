import Fastify from 'fastify'
import { answerPlainly, serveParent } from './serving.mjs'

const server = Fastify()
server.post('/rpc/echo', async (request) => answerPlainly(/** @type {Parameters<typeof answerPlainly>[0]} */ (request.body)))
serveParent(new URL(await server.listen({ port: 0, host: '127.0.0.1' })).port)
