import { parentPort } from 'node:worker_threads'

/** @typedef {import('./message-port.js').Message} Message */

let sum = 0
parentPort?.on('message', (/** @type {Message} */ message) => {
  if (message.kind === 'add') sum += message.value
  else parentPort?.postMessage(sum)
  if (message.kind === 'take') sum = 0
})
