import { factsOfCell } from '../../actors/facade/facts.js'
import { within } from '../../actors/kernel/alarm.js'
import type { Core } from '../../actors/kernel/core.js'
import type { Spawner, SpawnOrder, Target } from '../../actors/kernel/ports.js'
import type { FarActor } from '../../actors/kernel/target.js'
import { DEFAULT_SUPERVISION } from '../../actors/options.js'
import { bear, limitSpawn } from '../../actors/turns/birth.js'
import { encodingFailure } from '../../actors/turns/failing.js'
import { RequestAborted, RequestTimeout, ServiceUnavailable, ServiceWithdrawn } from '../../base/failures.js'
import { slotOf, type ThreadKey } from '../../base/ids.js'
import { type Adoption, Charges } from './charges.js'
import type { Connection } from './connection.js'
import { moving, type SpawnMessage, type SpawnReply } from './control.js'
import { movablesIn, packMoving, unpack } from './parcels.js'
import { decidePlacement, type Place, type ThreadLoad } from './placement.js'
import { loadsOf, type SharedCounts } from './shared-counts.js'
import type { ThreadRuntime } from './thread-runtime.js'
import { countPlaced } from './thread-service.js'

/** How long another thread may take to load a definition and to answer, beyond what the setup may take. */
const ANSWER_LIMIT_MS = 10_000

/** What is needed to start an actor again. */
interface Restart {
  readonly order: SpawnOrder
  readonly place: Place
  readonly message: SpawnMessage
}

/** Sees to it that a thread runs in a place, and that this one is connected with it. Thread 0 does it; the others ask thread 0. */
export type EnsureThread = (place: Place, moduleUrl: string) => Promise<ThreadKey>

export interface SpawnerParts {
  readonly runtime: ThreadRuntime
  readonly counts: SharedCounts
  readonly threads: number
  readonly ensure: EnsureThread
  /** What the worker threads have to do, without what is on its way there from here; read in shared memory unless given. */
  readonly loads?: () => readonly ThreadLoad[] | Promise<readonly ThreadLoad[]>
}

/** Starts actors where their host option says. */
export class ThreadSpawner implements Spawner {
  readonly #parts: SpawnerParts
  /** Actors that are being started from here, by slot. */
  readonly #starting: number[]
  readonly #charges: Charges
  #isClosed = false

  constructor(parts: SpawnerParts) {
    this.#parts = parts
    this.#charges = new Charges(parts.runtime)
    this.#starting = new Array<number>(parts.threads + 1).fill(0)
  }

  async spawn(order: SpawnOrder): Promise<Target> {
    const { core } = this.#parts.runtime
    refuseAborted(order)
    core.retain()
    try {
      const place = this.#placeFor(order)
      return await this.#spawnIn(order, typeof place === 'object' ? await place : place)
    } finally {
      core.release()
    }
  }

  /** What starts in `place` was counted when that was chosen. */
  async #spawnIn(order: SpawnOrder, place: Place): Promise<Target> {
    try {
      return await (place === this.#parts.runtime.core.slot ? this.#here(order) : this.#elsewhere(order, place))
    } finally {
      if (typeof place === 'number') this.#starts(place, -1)
    }
  }

  #placeFor({ definition, options }: SpawnOrder): Place | Promise<Place> {
    const { threads, counts, runtime, loads } = this.#parts
    const host = options.host ?? 'auto'
    if (host === 'dedicated' || host === 'process') return host
    if (host === 'inline') return this.#starts(runtime.core.slot, 1)
    if (host === 'auto') {
      if (threads === 0) return this.#starts(0, 1)
      const known = loads === undefined ? loadsOf(counts, threads) : loads()
      return known instanceof Promise ? known.then((them) => this.#place(them)) : this.#place(known)
    }
    if (host.thread <= threads) return this.#starts(host.thread, 1)
    throw new RangeError(
      `spawn() of ${definition.kind} "${definition.name}": host is { thread: ${host.thread} }; this system has threads 0 to ${threads}`,
    )
  }

  #place(loads: readonly ThreadLoad[]): number {
    const soon = loads.map((load) => ({ ...load, placed: load.placed + (this.#starting[load.slot] ?? 0) }))
    return this.#starts(decidePlacement(soon), 1)
  }

  #starts(slot: number, by: number): number {
    this.#starting[slot] = (this.#starting[slot] ?? 0) + by
    return slot
  }

  async #here(order: SpawnOrder): Promise<Target> {
    const { runtime, counts } = this.#parts
    const cell = await bear(runtime.core, order.definition, order.options, order)
    countPlaced(runtime, counts, cell)
    return cell
  }

  /** A spawn that is given up rejects at once; what comes of it later is stopped. */
  #elsewhere(order: SpawnOrder, place: Place): Promise<Target> {
    const { runtime } = this.#parts
    const work = this.#far(order, place)
    return new Promise((resolve, reject) => {
      const unlimit = limitSpawn(runtime.core, order.definition.name, order.options, (failure) => {
        reject(failure)
        work.then(
          (late) => runtime.stop(late, 0),
          () => undefined,
        )
      })
      work.then(resolve, reject).finally(unlimit)
    })
  }

  async #far(order: SpawnOrder, place: Place): Promise<FarActor> {
    const { key, moduleUrl } = order.definition
    if (key === undefined || moduleUrl === undefined) throw new TypeError('spawn(): a light actor cannot leave its thread')
    const { life } = order.parent
    const number = this.#parts.runtime.core.newCellNumber()
    const message = this.#message(order, place, { key, moduleUrl })
    const connection = await this.#reach(place, moduleUrl)
    if (this.#isClosed && order.parent === this.#parts.runtime.core.root) throw stopping(order)
    const far = await this.#there(order, connection, message)
    const adoption = { order, life, number }
    adoptFar(this.#parts.runtime.core, adoption, far)
    if (message.supervised) this.#charges.add(far, { ...adoption, restart: () => this.#restart(far, { order, place, message }) })
    return far
  }

  /** Starts an actor again whose thread has ended, with the id it had. */
  async #restart(far: FarActor, { order, place, message }: Restart): Promise<void> {
    const connection = await this.#reach(place, message.moduleUrl)
    await this.#there(order, connection, { ...message, id: far.id })
  }

  close(): void {
    this.#isClosed = true
    this.#charges.close()
  }

  #message(order: SpawnOrder, place: Place, found: Pick<SpawnMessage, 'key' | 'moduleUrl'>): SpawnMessage {
    const { core, apart } = this.#parts.runtime
    const { init, signal: _signal, host: _host, ...options } = order.options
    refuseFunctions(order)
    try {
      const parcel = init === undefined ? undefined : packMoving({ core, apart: apart || place === 'process' }, init, 'init')
      const publishesAs = order.parent.routing === null ? undefined : factsOfCell(core, order.parent)
      const supervised = order.parent.routing === null && movablesIn(parcel).length === 0
      return { ...found, registered: order.registered, options, init: parcel, publishesAs, supervised, id: undefined }
    } catch (error) {
      throw encodingFailure(error)
    }
  }

  async #reach(place: Place, moduleUrl: string): Promise<Connection> {
    const { runtime, ensure } = this.#parts
    const known = typeof place === 'number' ? runtime.inSlot(place) : undefined
    if (known !== undefined) return known
    const thread = await ensure(place, moduleUrl)
    const connection = runtime.connection(thread)
    if (connection === undefined) throw new Error(`thread ${slotOf(thread)} ended as soon as it had started`)
    return connection
  }

  async #there(order: SpawnOrder, connection: Connection, message: SpawnMessage): Promise<FarActor> {
    const { runtime } = this.#parts
    const { core } = runtime
    const asked = runtime.ask(connection, (control) => control.spawn(moving(message, movablesIn(message.init))))
    const limitMs = startMsOf(order) + ANSWER_LIMIT_MS
    const reply = await within(core, asked, limitMs)
    if (reply === 'late') {
      asked.then(
        (late: SpawnReply) => void (late.ok && runtime.stop(core.far(late.facts), 0)),
        () => undefined,
      )
      throw new RequestTimeout({
        details: `spawn of "${order.definition.name}": thread ${slotOf(connection.peer.thread)} did not answer within ${limitMs} ms; is it blocked?`,
      })
    }
    if (!reply.ok) throw unpack(core, reply.error)
    await runtime.router.reached(connection.peer.thread, reply.version)
    return core.far(reply.facts)
  }
}

function stopping({ definition }: SpawnOrder): ServiceUnavailable {
  return new ServiceUnavailable({ details: `spawn of "${definition.name}": the system is stopping` })
}

function refuseAborted({ definition, options: { signal } }: SpawnOrder): void {
  if (signal?.aborted !== true) return
  throw new RequestAborted({ details: `spawn of "${definition.name}" was aborted`, cause: signal.reason, delivered: 'no' })
}

function startMsOf({ definition, options }: SpawnOrder): number {
  return options.supervision?.startMs ?? definition.options.supervision?.startMs ?? DEFAULT_SUPERVISION.startMs
}

/**
 * A far child stops with its parent, and is forgotten when it is gone.
 *
 * @throws ServiceWithdrawn when the parent has stopped or restarted while the child started, ServiceUnavailable when the thread of the
 * child has ended
 */
function adoptFar(core: Core, { order: { parent, definition }, life, number }: Adoption, far: FarActor): void {
  if (!core.delivery.lives(far.thread)) {
    const details = `spawn of "${definition.name}": its thread ended as soon as it had started`
    throw new ServiceUnavailable({ details, delivered: 'maybe' })
  }
  if (far.gone !== null) return
  if (parent.life !== life || life?.dead === true || parent.ending !== null) {
    void core.delivery.stop(far, 0)
    throw new ServiceWithdrawn({ details: `spawn of "${definition.name}": its parent has stopped or restarted meanwhile` })
  }
  parent.farChildren ??= new Map()
  parent.farChildren.set(far, number)
  far.definition = definition
  core.parents.set(far, parent)
  far.onGone(() => parent.farChildren?.delete(far))
  core.delivery.watch(far)
}

function refuseFunctions({ definition, options }: SpawnOrder): void {
  if (typeof options.supervision?.onFailure !== 'function') return
  throw new TypeError(
    `spawn() of ${definition.kind} "${definition.name}": supervision.onFailure is a function, which cannot go to another thread; put it into the definition's options`,
  )
}
