import { parentPort } from 'node:worker_threads'
import { valueAt } from '../../harness/values.mjs'

/**
 * @typedef {import('node:worker_threads').MessagePort} MessagePort
 * @typedef {import('./main-thread.js').Drive} Drive
 * @typedef {import('./message-port.js').Order} Order
 * @typedef {{ kind: 'question' | 'answer', id: number, value: number }} Message
 */

/** @type {Map<number, (value: number) => void>} */
const waiting = new Map()
let lastId = 0

/** @param {MessagePort} peer */
function listen(peer) {
  peer.on('message', (/** @type {Message} */ { kind, id, value }) => {
    if (kind === 'question') return peer.postMessage({ kind: 'answer', id, value: value + 1 })
    const resolve = waiting.get(id)
    waiting.delete(id)
    resolve?.(value)
  })
}

/**
 * @param {MessagePort} peer
 * @param {number} value
 * @returns {Promise<number>}
 */
function next(peer, value) {
  return new Promise((resolve) => {
    const id = ++lastId
    waiting.set(id, resolve)
    peer.postMessage({ kind: 'question', id, value })
  })
}

/**
 * @param {MessagePort} peer
 * @param {number} size
 * @param {number} seed
 * @returns {Promise<Drive>}
 */
async function drive(peer, size, seed) {
  const startMs = performance.now()
  let sum = 0
  for (let i = 0; i < size; i++) sum += await next(peer, valueAt(seed, i))
  return { sum, elapsedMs: performance.now() - startMs }
}

/** @type {MessagePort | undefined} */
let partner
parentPort?.on('message', async (/** @type {Order} */ order) => {
  if (order.kind === 'meet') {
    partner = order.peer
    listen(partner)
  } else if (partner !== undefined) {
    parentPort?.postMessage(await drive(partner, order.size, order.seed))
  }
})
