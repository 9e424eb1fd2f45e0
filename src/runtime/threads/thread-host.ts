import type { MessagePort } from 'node:worker_threads'
import { createCore } from '../../actors/create-core.js'
import type { Core } from '../../actors/kernel/core.js'
import type { ThreadKey } from '../../base/ids.js'
import { overPorts } from '../links/pair-way.js'
import { nodeWorld } from '../node-world.js'
import { FarOffloader } from '../offload/far-offloader.js'
import { InlineOffloader } from '../offload/inline-offloader.js'
import { type BootMessage, HOST_SYMBOL } from './bootstrap.js'
import { exposeControl, type MainControl, type PairPorts, type WorkerControl } from './control.js'
import { forwardingLog } from './log-forwarding.js'
import { unpack } from './parcels.js'
import { ThreadSpawner } from './spawner.js'
import { ThreadRuntime } from './thread-runtime.js'
import { threadService } from './thread-service.js'
import type { BootOrder } from './thread-table.js'

const MAIN = '0' as ThreadKey

/** Runs a worker thread, once the module it was started for has loaded. */
function runThread(order: BootOrder, parent: MessagePort): void {
  const say = (message: BootMessage): void => parent.postMessage(message)
  const { settings, counts, thread } = order
  const log = settings.forwardsLog
    ? forwardingLog(
        () => core,
        (record, ports) => parent.postMessage(record, ports),
      )
    : undefined
  const world = nodeWorld({ log, hold: (active) => say({ kind: 'hold', active }) })
  const core: Core = createCore(world, {
    ...settings,
    process: settings.facts.process.id,
    thread,
    counters: counts.counters[Number.parseInt(thread, 10)],
    listening: counts.listening,
  })
  const peers = order.peers.filter(({ isOver }) => isOver !== true)
  const past = order.peers.filter(({ isOver }) => isOver === true).map((peer) => peer.thread)
  const runtime = new ThreadRuntime(core, [...order.past, ...past])
  // What ended its actor may still have to be said.
  const vacated = (): void => {
    if (core.slot > settings.facts.threads) world.scheduler.macrotask(() => say({ kind: 'vacant' }))
  }
  const connect = (peer: ThreadKey, ports: PairPorts): void => {
    runtime.connect(peer, overPorts(world.text, ports), (made) => {
      const service = threadService({ runtime, counts, connection: () => made, vacated })
      const control: WorkerControl = {
        ...service,
        connect,
        shutdown: (drainMs, frames) => made.inbound.taken(frames).then(() => runtime.shutdown(drainMs)),
      }
      exposeControl(peer === MAIN ? control : service, ports.control)
    })
  }
  core.spawner = new ThreadSpawner({
    runtime,
    counts,
    threads: settings.facts.threads,
    ensure: (slot, moduleUrl) => ensureThere(runtime, slot, moduleUrl),
  })
  core.offloader = settings.facts.threads === 0 ? new InlineOffloader(core) : new FarOffloader(runtime)
  for (const peer of peers) connect(peer.thread, peer.ports)
  // A listener keeps the thread alive: one whose actors are idle must not end.
  parent.on('message', () => undefined)
  say({ kind: 'ready' })
}

async function ensureThere(runtime: ThreadRuntime, slot: number | 'dedicated', moduleUrl: string): Promise<ThreadKey> {
  const main = runtime.connection(MAIN)
  if (main === undefined) throw new Error('thread 0 has ended')
  const outcome = await runtime.ask(main, (control) => (control as MainControl).ensure(slot, moduleUrl))
  if ('error' in outcome) throw unpack(runtime.core, outcome.error)
  return outcome.thread
}

/** Lets the bootstrap of a thread find the first copy of this package that its module loaded. */
export function offerHost(): void {
  const hosts = globalThis as unknown as Record<symbol, typeof runThread | undefined>
  hosts[Symbol.for(HOST_SYMBOL)] ??= runThread
}
