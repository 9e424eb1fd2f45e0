import { parentPort } from 'node:worker_threads'
import { next } from './next.mjs'

/** @typedef {import('./message-port.js').Question} Question */

parentPort?.on('message', (/** @type {Question} */ { id, value }) => parentPort?.postMessage({ id, value: next(value) }))
