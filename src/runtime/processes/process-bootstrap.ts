/** The first code of a process that runs one thread. It is text for the same reason as that of a worker thread: bundles. */

import { LOADING } from '../threads/bootstrap.js'
import type { OrderMessage, ProcessMessage } from './process-messages.js'

/** Under this name a copy of the package offers to run a thread in a process of its own. */
export const PROCESS_HOST_SYMBOL = 'troupe.process-host'

/** The way to the parent, as the bootstrap hands it over. */
export interface ParentWay {
  /** A parent that is gone hears nothing; this process is about to end then. */
  say(message: ProcessMessage): void
  /** Whoever takes messages from now on, and those that have come meanwhile. */
  receive(listener: (message: OrderMessage) => void): void
}

/**
 * While it loads, the way to the parent holds nothing open, so that a module that waits for what never comes ends the process, as
 * it does a thread. The signals that a terminal or a service manager sends to all processes at once are left to the parent.
 */
export const PROCESS_BOOTSTRAP = `
${LOADING}
const held = []
let take = (message) => held.push(message)
let unsent = 0
const sent = () => { unsent-- }
const say = (message) => {
  process.send({ troupe: message }, sent)
  unsent++
}
const receive = (listener) => {
  take = listener
  process.channel?.ref()
  for (const message of held.splice(0)) listener(message)
}
const begin = (order) => {
  process.title = order.title
  process.channel?.unref()
  say({ kind: 'booted' })
  load(order, '${PROCESS_HOST_SYMBOL}')
    .then((host) => host(order, { say, receive }))
    .catch((error) => say({ kind: 'failed', error: describe(error) }))
}
process.on('message', (message) => {
  const ours = message?.troupe
  if (ours === undefined) return
  if (ours.kind === 'order') begin(ours.order)
  else take(ours)
  if (ours.kind === 'end') process.send({ troupe: { kind: 'over' } }, () => process.exit())
})
process.on('disconnect', () => process.exit())
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
process.on('uncaughtException', (error) => {
  if (process.listenerCount('uncaughtException') > 1) return
  // What waits to be sent goes with the process, and this behind it.
  if (unsent > 0) console.error(error)
  say({ kind: 'uncaught', error: describe(error) })
  process.exit(1)
})
`
