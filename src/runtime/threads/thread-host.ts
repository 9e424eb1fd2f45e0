import type { MessagePort } from 'node:worker_threads'
import { ringHost, wayOver } from '../links/pair-way.js'
import type { RingHost } from '../links/ring/ring-link.js'
import { nodeWorld } from '../node-world.js'
import { type BootMessage, HOST_SYMBOL } from './bootstrap.js'
import { type HostedThread, hostThread } from './hosted-thread.js'
import { forwardingLog } from './log-forwarding.js'
import type { BootOrder } from './thread-table.js'

/** Runs a worker thread, once the module it was started for has loaded. */
function runThread(order: BootOrder, parent: MessagePort): void {
  const say = (message: BootMessage): void => parent.postMessage(message)
  const { settings, counts, thread } = order
  const log = settings.forwardsLog
    ? forwardingLog(
        () => hosted.runtime.core,
        (record, ports) => parent.postMessage(record, ports),
      )
    : undefined
  const world = nodeWorld({ log, hold: (active) => hosted.hold(active) })
  const over = order.peers.filter(({ isOver }) => isOver === true).map((peer) => peer.thread)
  let rings: RingHost | undefined
  const hosted: HostedThread = hostThread({
    thread,
    settings,
    counts,
    past: [...order.past, ...over],
    world,
    open: (ports, peer) => {
      rings ??= ringHost(hosted.runtime.core, counts, settings)
      return wayOver(rings, peer, ports)
    },
    vacated: () => say({ kind: 'vacant' }),
  })
  for (const peer of order.peers) if (peer.isOver !== true) hosted.connect(peer.thread, peer.ports)
  // A listener keeps the thread alive: one whose actors are idle must not end.
  parent.on('message', () => undefined)
  say({ kind: 'ready' })
}

/** Lets the bootstrap of a thread find the first copy of this package that its module loaded. */
export function offerHost(): void {
  const hosts = globalThis as unknown as Record<symbol, typeof runThread | undefined>
  hosts[Symbol.for(HOST_SYMBOL)] ??= runThread
}
