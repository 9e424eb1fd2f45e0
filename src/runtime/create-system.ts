import { hostname } from 'node:os'
import { createCore } from '../actors/create-core.js'
import type { Core } from '../actors/kernel/core.js'
import type { Offloader } from '../actors/kernel/ports.js'
import {
  DEFAULT_BLOCKED_WARN_MS,
  DEFAULT_MAX_RING_BYTES,
  DEFAULT_SUPERVISION,
  DEFAULT_TIMEOUT_MS,
  parseOptions,
  systemOptions,
} from '../actors/options.js'
import type { ProcessFacts, SystemFacts } from '../actors/self-type.js'
import type { System, SystemOptions } from '../actors/system-type.js'
import { sendableError } from '../actors/turns/failing.js'
import type { ThreadKey } from '../base/ids.js'
import { randomHex } from '../base/random.js'
import type { World } from '../base/world.js'
import { ringHost, wayOver } from './links/pair-way.js'
import type { RingHost } from './links/ring/ring-link.js'
import { nodeWorld, processHold, secureRandom } from './node-world.js'
import { InlineOffloader } from './offload/inline-offloader.js'
import { offloadService } from './offload/offload-service.js'
import { PoolOffloader } from './offload/pool-offloader.js'
import { offerTaskHost } from './offload/workers/task-host.js'
import { offerProcessHost } from './processes/process-main.js'
import { ActorSystem } from './system.js'
import { threadMark } from './threads/bootstrap.js'
import type { Connection } from './threads/connection.js'
import { connectWith, type MainControl, moving, type PairPorts, type WorkerControl } from './threads/control.js'
import type { CoreExtras } from './threads/hosted-thread.js'
import { LinkLedger } from './threads/link-ledger.js'
import { takeRecord } from './threads/log-forwarding.js'
import { movablesIn, type ParcelRoute, pack } from './threads/parcels.js'
import type { Place } from './threads/placement.js'
import { loadsOf, newSharedCounts, type SharedCounts } from './threads/shared-counts.js'
import { ThreadSpawner } from './threads/spawner.js'
import { offerHost } from './threads/thread-host.js'
import { ThreadRuntime } from './threads/thread-runtime.js'
import { threadService } from './threads/thread-service.js'
import { ThreadTable } from './threads/thread-table.js'
import type { Threads } from './threads/threads.js'
import { usableCores } from './threads/usable-cores.js'
import type { ThreadSettings } from './vessels/boot-order.js'
import { nodeGauges } from './watch/gauges.js'
import type { HoldLimits } from './watch/hold.js'
import { Watch } from './watch/watch.js'

// As this module loads: in a thread of a system nobody calls anything of it. Named, so that bundlers keep it.
offerHost()
offerProcessHost()
offerTaskHost()

/**
 * Makes a system of actors in this process.
 *
 * - **Ownership**: it owns its threads and actors until it is stopped; idle, it does not keep the process alive.
 * - **Errors**: TypeError for a wrong option, which it names; Error in a thread of a system, which loads the program's modules to find
 *   definitions: `main` keeps it from there.
 *
 * @example
 * ```ts
 * await using system = await createSystem({ name: 'demo', threads: 'auto' })
 * ```
 */
export async function createSystem(options?: SystemOptions): Promise<System> {
  refuseInThread()
  const checked = parseOptions(systemOptions, options, 'createSystem()')
  const world = nodeWorld({ log: checked.log, clock: checked.clock, random: checked.random, hold: processHold() })
  return typed(assembleSystem(world, checked))
}

/** The system with the types that users see, which no implementation can spell out. */
function typed(system: ActorSystem): System {
  return system as unknown as System
}

/** What threads are made from. */
export interface ThreadsParts {
  readonly runtime: ThreadRuntime
  readonly settings: ThreadSettings
  readonly counts: SharedCounts
  readonly ledger: LinkLedger
  /** What thread 0 puts up for one of them. */
  readonly expose: (made: Connection) => MainControl
}

/** What simulation puts in the place of Node's. */
export interface Assembly {
  readonly extras: CoreExtras
  readonly threads?: (parts: ThreadsParts) => Threads
  readonly offloader?: (core: Core) => Offloader
}

/** A system over any world. */
export function assembleSystem(world: World, options: SystemOptions, assembly?: Assembly): ActorSystem {
  const settings = settingsOf(options)
  const counts = newSharedCounts(settings.facts.threads)
  const ledger = new LinkLedger()
  const core = createCore(world, {
    ...settings,
    ...assembly?.extras,
    process: settings.facts.process.id,
    thread: '0' as ThreadKey,
    counters: counts.counters[0],
    listening: counts.listening,
  })
  const runtime = new ThreadRuntime(core)
  const expose = (made: Connection): MainControl => mainControl(runtime, counts, threads, made)
  const parts: ThreadsParts = { runtime, settings, counts, ledger, expose }
  const threads: Threads = assembly?.threads?.(parts) ?? workerThreads(parts, options)
  core.spawner = new ThreadSpawner({
    runtime,
    counts,
    threads: settings.facts.threads,
    ensure: (place, moduleUrl) => threads.ensure(place, moduleUrl),
  })
  core.offloader = assembly?.offloader?.(core) ?? offloaderOf(core, options)
  return new ActorSystem({ runtime, threads, counts, ledger })
}

function offloaderOf(core: Core, { resourceLimits }: SystemOptions): Offloader {
  return core.facts.threads === 0 ? new InlineOffloader(core) : new PoolOffloader(core, resourceLimits)
}

function workerThreads(parts: ThreadsParts, options: SystemOptions): Threads {
  const { runtime, settings, counts, ledger } = parts
  const { core } = runtime
  const rings = ringHost(core, counts, settings)
  const table = new ThreadTable({
    settings,
    counts,
    ledger,
    log: core.world.log,
    scheduler: core.world.scheduler,
    resourceLimits: options.resourceLimits,
    startMs: DEFAULT_SUPERVISION.startMs,
    now: () => core.world.clock.now(),
    isConnected: (thread) => runtime.connection(thread) !== undefined,
    onLog: (message) => takeRecord(core, message),
    introduce: (thread, pairs) => {
      for (const { peer, ports } of pairs) introduce(parts, rings, { thread, peer, ports })?.ended.catch(() => table.awaitEnd(thread))
    },
  })
  runtime.onHold = (thread, number) => table.hold(thread, number, true)
  const watch = new Watch({
    core,
    counts,
    gauges: nodeGauges,
    limits: settings.holdLimits,
    log: core.world.log,
    timesTurns: options.clock === undefined,
    workers: () => table.up,
    end: (thread, why) => table.end(thread, why),
  })
  watch.start()
  return table
}

function holdLimitsOf({ blockedWarnMs = DEFAULT_BLOCKED_WARN_MS, blockedEndMs = false }: SystemOptions): HoldLimits {
  const limit = (ms: number | false): number => (ms === false ? Number.POSITIVE_INFINITY : ms)
  return { warnMs: limit(blockedWarnMs), endMs: limit(blockedEndMs) }
}

/** A module that a thread of ours loads and that makes a system, at once or a little later, would make systems without end. */
function refuseInThread(): void {
  const mark = threadMark()
  if (mark === undefined) return
  const what =
    mark.loads > 0
      ? 'this module is being loaded by a thread of a system, to find the definitions in it'
      : 'this thread belongs to a system, and makes no other'
  const advice = 'put the code that makes the system into main(import.meta, async () => { … }), which does not run in such threads'
  throw new Error(`createSystem(): ${what}; ${advice}`)
}

function settingsOf(options: SystemOptions): ThreadSettings {
  const name = options.name ?? 'troupe'
  const threads = options.threads ?? 'auto'
  const facts: SystemFacts = { name, process: processFacts(options.id), threads: threads === 'auto' ? usableCores() : threads }
  return {
    facts: Object.freeze(facts),
    audience: options.audience ?? '*',
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    validate: options.validate ?? 'boundary',
    share: options.share ?? false,
    strict: options.strict ?? false,
    forwardsLog: options.log !== undefined,
    cores: usableCores(),
    maxRingBytes: options.maxRingBytes ?? DEFAULT_MAX_RING_BYTES,
    holdLimits: holdLimitsOf(options),
  }
}

function processFacts(id: string | undefined): ProcessFacts {
  return Object.freeze({
    id: id ?? randomHex(secureRandom, 32),
    incarnation: randomHex(secureRandom, 12),
    host: hostname(),
    pid: process.pid,
  })
}

interface Pair {
  readonly thread: ThreadKey
  readonly peer: ThreadKey
  readonly ports: PairPorts
}

/** Connects a new thread with thread 0, or with one that runs. */
function introduce({ runtime, expose }: ThreadsParts, rings: RingHost, { thread, peer, ports }: Pair): Connection | undefined {
  if (peer === '0') {
    const way = wayOver(rings, thread, ports)
    return runtime.connect(thread, way, (made) => way.expose(expose(made)))
  }
  const control = runtime.connection(peer)?.control as WorkerControl | undefined
  if (control !== undefined) connectWith(control, thread, ports)
  return undefined
}

function mainControl(runtime: ThreadRuntime, counts: SharedCounts, threads: Threads, made: Connection): MainControl {
  return {
    ...threadService({ runtime, counts, connection: () => made, vacated: () => undefined }),
    ...offloadService(runtime.core, made),
    ensure: (place, moduleUrl) => ensureFor({ core: runtime.core, apart: made.apart }, threads, place, moduleUrl),
    loads: () => loadsOf(counts, runtime.core.facts.threads),
  }
}

async function ensureFor(route: ParcelRoute, threads: Threads, place: Place, moduleUrl: string): ReturnType<MainControl['ensure']> {
  try {
    return { thread: await threads.ensure(place, moduleUrl) }
  } catch (error) {
    const parcel = pack(route, sendableError(route.core, error), 'error')
    return moving({ error: parcel }, movablesIn(parcel))
  }
}
