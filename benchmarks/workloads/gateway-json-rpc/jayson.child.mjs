import jayson from 'jayson/promise/index.js'
import { serveParent } from './serving.mjs'

const server = new jayson.Server({ next: async (/** @type {readonly [number]} */ [value]) => value + 1 }).http()
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') serveParent(address.port)
})
