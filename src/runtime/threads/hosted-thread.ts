import { createCore } from '../../actors/create-core.js'
import type { CoreOptions } from '../../actors/kernel/core-options.js'
import type { Offloader } from '../../actors/kernel/ports.js'
import { slotOf, type ThreadKey } from '../../base/ids.js'
import type { World } from '../../base/world.js'
import type { PairWay } from '../links/pair-way.js'
import { FarOffloader } from '../offload/far-offloader.js'
import { InlineOffloader } from '../offload/inline-offloader.js'
import { unstoppedIn } from '../unstopped.js'
import type { ThreadSettings } from '../vessels/boot-order.js'
import type { MainControl, PairPorts, WorkerControl } from './control.js'
import { unpack } from './parcels.js'
import type { Place } from './placement.js'
import type { SharedCounts } from './shared-counts.js'
import { type EnsureThread, ThreadSpawner } from './spawner.js'
import { ThreadRuntime } from './thread-runtime.js'
import { threadService } from './thread-service.js'

const MAIN = '0' as ThreadKey

/** What simulation sets besides. */
export type CoreExtras = Pick<CoreOptions, 'pick' | 'sliceMessages' | 'keepsFars'>

/** What a thread beside thread 0 is made of, whatever runs it. */
export interface HostedThreadParts<Ends = PairPorts> {
  readonly thread: ThreadKey
  readonly settings: ThreadSettings
  readonly counts: SharedCounts
  /** Threads that have ended, the newest of their slots. */
  readonly past: readonly ThreadKey[]
  readonly world: World
  readonly extras?: CoreExtras
  /** Makes a way of one end of what connects two threads. */
  readonly open: (ends: Ends, peer: ThreadKey) => PairWay
  /** Sees to it that there is a thread; thread 0 is asked by default. */
  readonly ensure?: EnsureThread
  /** It is in a process of its own. */
  readonly apart?: boolean
  /** Where tasks run; on the pools of thread 0 by default. */
  readonly offloader?: (runtime: ThreadRuntime) => Offloader
  /** Told when a thread of one actor's own has none any more. */
  readonly vacated: () => void
}

/** A thread beside thread 0. */
export interface HostedThread<Ends = PairPorts> {
  readonly runtime: ThreadRuntime
  /** Begins to talk with another thread. */
  connect(peer: ThreadKey, ends: Ends): void
  /** Tells thread 0, before all that is sent from now on, that something here must keep the process alive. */
  hold(number: number): void
}

export function hostThread<Ends>(parts: HostedThreadParts<Ends>): HostedThread<Ends> {
  const { thread, settings, counts, world } = parts
  const core = createCore(world, {
    ...settings,
    ...parts.extras,
    process: settings.facts.process.id,
    thread,
    counters: counts.counters[slotOf(thread)],
    listening: counts.listening,
  })
  const runtime = new ThreadRuntime(core, parts.past, parts.apart)
  core.spawner = new ThreadSpawner({
    runtime,
    counts,
    threads: settings.facts.threads,
    ensure: parts.ensure ?? ((place, moduleUrl) => ensureThere(runtime, place, moduleUrl)),
    ...(parts.apart === true ? { loads: () => askMain(runtime, async (main) => await main.loads()) } : {}),
  })
  core.offloader = parts.offloader?.(runtime) ?? (settings.facts.threads === 0 ? new InlineOffloader(core) : new FarOffloader(runtime))
  const connect = (peer: ThreadKey, ends: Ends): void => meet(runtime, parts, { peer, ends, connect })
  return { runtime, connect, hold: (number) => runtime.connection(MAIN)?.peer.hold(number) }
}

interface Meeting<Ends> {
  readonly peer: ThreadKey
  readonly ends: Ends
  readonly connect: HostedThread<Ends>['connect']
}

function meet<Ends>(runtime: ThreadRuntime, parts: HostedThreadParts<Ends>, { peer, ends, connect }: Meeting<Ends>): void {
  const { counts, settings, world } = parts
  // What ended its actor may still have to be said.
  const vacated = (): void => {
    if (runtime.core.slot > settings.facts.threads) world.scheduler.macrotask(parts.vacated)
  }
  const way = parts.open(ends, peer)
  runtime.connect(peer, way, (made) => {
    const service = threadService({ runtime, counts, connection: () => made, vacated })
    const control: WorkerControl<Ends> = {
      ...service,
      connect,
      unstopped: async () => unstoppedIn(runtime.core),
      shutdown: (drainMs, frames) => made.inbound.taken(frames).then(() => runtime.shutdown(drainMs)),
    }
    way.expose(peer === MAIN ? control : service)
  })
}

async function askMain<T>(runtime: ThreadRuntime, call: (main: MainControl) => Promise<T>): Promise<T> {
  const main = runtime.connection(MAIN)
  if (main === undefined) throw new Error('thread 0 has ended')
  return await runtime.ask(main, (control) => call(control as MainControl))
}

async function ensureThere(runtime: ThreadRuntime, place: Place, moduleUrl: string): Promise<ThreadKey> {
  const outcome = await askMain(runtime, (main) => main.ensure(place, moduleUrl))
  if ('error' in outcome) throw unpack(runtime.core, outcome.error)
  return outcome.thread
}
