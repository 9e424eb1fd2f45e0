import type { MessagePort } from 'node:worker_threads'
import type { Core } from '../../actors/kernel/core.js'
import type { ThreadKey } from '../../base/ids.js'
import type { World } from '../../base/world.js'
import type { Movable } from '../links/attachments.js'
import type { PairPort } from '../links/pair-port.js'
import { ringHost, wayOver } from '../links/pair-way.js'
import type { RingHost } from '../links/ring/ring-link.js'
import { consoleNow, nodeWorld, watchedScheduler } from '../node-world.js'
import type { ThreadOrder } from '../vessels/boot-order.js'
import { nodeGauges } from '../watch/gauges.js'
import { Watch } from '../watch/watch.js'
import { type BootMessage, HOST_SYMBOL } from './bootstrap.js'
import type { PairPorts } from './control.js'
import { type HostedThread, hostThread } from './hosted-thread.js'
import { forwardingLog, type LogMessage } from './log-forwarding.js'

/** Where a thread runs, as it sees that itself. */
export interface Berth {
  /** In a process of its own: it shares no memory with the others. */
  readonly apart: boolean
  /** Tells whoever started it. */
  say(message: BootMessage | LogMessage, movables?: readonly Movable[]): void
  /** Told after whatever may have changed what is counted. */
  readonly onRun?: () => void
}

/** Runs a thread other than thread 0, once the module it was started for has loaded. Returns how to let it know of others. */
export function runThread(order: ThreadOrder<PairPort>, berth: Berth): (peer: ThreadKey, ports: PairPorts) => void {
  const { settings, counts, thread, peers, past } = order
  const { apart } = berth
  const over = peers.filter(({ isOver }) => isOver === true).map((peer) => peer.thread)
  let rings: RingHost | undefined
  const hosted: HostedThread = hostThread({
    thread,
    settings,
    counts,
    past: [...past, ...over],
    world: worldOf(() => hosted, order, berth),
    apart,
    open: (ports, peer) => {
      rings ??= ringHost(hosted.runtime.core, counts, settings)
      return wayOver(rings, peer, ports)
    },
    vacated: () => berth.say({ kind: 'vacant' }),
  })
  for (const peer of peers) if (peer.isOver !== true) hosted.connect(peer.thread, peer.ports)
  watch(hosted.runtime.core, order, apart)
  berth.say({ kind: 'ready' })
  return hosted.connect
}

function worldOf(hosted: () => HostedThread, { settings }: ThreadOrder<PairPort>, { apart, say, onRun }: Berth): World {
  const log = settings.forwardsLog ? forwardingLog(() => ({ core: hosted().runtime.core, apart }), say) : undefined
  let changes = 0
  // Where nothing must any more, what was printed before goes first: it takes the same way.
  const hold = (active: boolean): void => {
    changes++
    if (active) hosted().hold(changes)
    else say({ kind: 'released', number: changes })
  }
  const world = nodeWorld({ log, hold })
  return onRun === undefined ? world : { ...world, scheduler: watchedScheduler(world.scheduler, onRun) }
}

function watch(core: Core, { settings, counts }: ThreadOrder<PairPort>, apart: boolean): void {
  const { log } = core.world
  const watch = new Watch({
    core,
    counts,
    gauges: nodeGauges,
    limits: settings.holdLimits,
    // A worker writes to the console through thread 0, which may be what is held.
    log: settings.forwardsLog || apart ? log : consoleNow,
    timesTurns: true,
    ...(apart ? { workers: () => [] } : {}),
  })
  watch.start()
}

function runWorker(order: ThreadOrder<MessagePort>, parent: MessagePort): void {
  runThread(order, { apart: false, say: (message, movables) => parent.postMessage(message, movables) })
  // A listener keeps the thread alive: one whose actors are idle must not end.
  parent.on('message', () => undefined)
}

/** Lets the bootstrap of a thread find the first copy of this package that its module loaded. */
export function offerHost(): void {
  const hosts = globalThis as unknown as Record<symbol, typeof runWorker | undefined>
  hosts[Symbol.for(HOST_SYMBOL)] ??= runWorker
}
