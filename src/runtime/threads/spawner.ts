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
import { decidePlacement } from './placement.js'
import { loadsOf, type SharedCounts } from './shared-counts.js'
import type { ThreadRuntime } from './thread-runtime.js'
import { countPlaced } from './thread-service.js'

/** How long another thread may take to load a definition and to answer, beyond what the setup may take. */
const ANSWER_LIMIT_MS = 10_000

/** What is needed to start an actor again. */
interface Restart {
  readonly order: SpawnOrder
  readonly slot: number | 'dedicated'
  readonly message: SpawnMessage
}

/** Sees to it that a thread runs in a slot, and that this one is connected with it. Thread 0 does it; the others ask thread 0. */
export type EnsureThread = (slot: number | 'dedicated', moduleUrl: string) => Promise<ThreadKey>

export interface SpawnerParts {
  readonly runtime: ThreadRuntime
  readonly counts: SharedCounts
  readonly threads: number
  readonly ensure: EnsureThread
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
    const slot = this.#slotFor(order)
    core.retain()
    this.#starts(slot, 1)
    try {
      return await (slot === core.slot ? this.#here(order) : this.#elsewhere(order, slot))
    } finally {
      this.#starts(slot, -1)
      core.release()
    }
  }

  #slotFor({ definition, options }: SpawnOrder): number | 'dedicated' {
    const { threads, counts, runtime } = this.#parts
    const host = options.host ?? 'auto'
    if (host === 'dedicated') return host
    if (host === 'inline') return runtime.core.slot
    if (host === 'auto') return threads === 0 ? 0 : decidePlacement(loadsOf(counts, threads, this.#starting))
    if (host.thread <= threads) return host.thread
    throw new RangeError(
      `spawn() of ${definition.kind} "${definition.name}": host is { thread: ${host.thread} }; this system has threads 0 to ${threads}`,
    )
  }

  #starts(slot: number | 'dedicated', by: number): void {
    if (slot !== 'dedicated') this.#starting[slot] = (this.#starting[slot] ?? 0) + by
  }

  async #here(order: SpawnOrder): Promise<Target> {
    const { runtime, counts } = this.#parts
    const cell = await bear(runtime.core, order.definition, order.options, order)
    countPlaced(runtime, counts, cell)
    return cell
  }

  /** A spawn that is given up rejects at once; what comes of it later is stopped. */
  #elsewhere(order: SpawnOrder, slot: number | 'dedicated'): Promise<Target> {
    const { runtime } = this.#parts
    const work = this.#far(order, slot)
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

  async #far(order: SpawnOrder, slot: number | 'dedicated'): Promise<FarActor> {
    const { key, moduleUrl } = order.definition
    if (key === undefined || moduleUrl === undefined) throw new TypeError('spawn(): a light actor cannot leave its thread')
    const { life } = order.parent
    const number = this.#parts.runtime.core.newCellNumber()
    const message = this.#message(order, key, moduleUrl)
    const connection = await this.#reach(slot, moduleUrl)
    if (this.#isClosed && order.parent === this.#parts.runtime.core.root) throw stopping(order)
    const far = await this.#there(order, connection, message)
    const adoption = { order, life, number }
    adoptFar(this.#parts.runtime.core, adoption, far)
    if (message.supervised) this.#charges.add(far, { ...adoption, restart: () => this.#restart(far, { order, slot, message }) })
    return far
  }

  /** Starts an actor again whose thread has ended, with the id it had. */
  async #restart(far: FarActor, { order, slot, message }: Restart): Promise<void> {
    const connection = await this.#reach(slot, message.moduleUrl)
    await this.#there(order, connection, { ...message, id: far.id })
  }

  close(): void {
    this.#isClosed = true
    this.#charges.close()
  }

  #message(order: SpawnOrder, key: string, moduleUrl: string): SpawnMessage {
    const { init, signal: _signal, host: _host, ...options } = order.options
    refuseFunctions(order)
    try {
      const parcel = init === undefined ? undefined : packMoving(this.#parts.runtime.core, init, 'init')
      const publishesAs = order.parent.routing === null ? undefined : factsOfCell(this.#parts.runtime.core, order.parent)
      const supervised = order.parent.routing === null && movablesIn(parcel).length === 0
      return { key, moduleUrl, registered: order.registered, options, init: parcel, publishesAs, supervised, id: undefined }
    } catch (error) {
      throw encodingFailure(error)
    }
  }

  async #reach(slot: number | 'dedicated', moduleUrl: string): Promise<Connection> {
    const { runtime, ensure } = this.#parts
    const known = slot === 'dedicated' ? undefined : runtime.inSlot(slot)
    if (known !== undefined) return known
    const thread = await ensure(slot, moduleUrl)
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
 * @throws ServiceWithdrawn when the parent has stopped or restarted while the child started
 */
function adoptFar(core: Core, { order: { parent, definition }, life, number }: Adoption, far: FarActor): void {
  if (far.gone !== null) return
  if (parent.life !== life || life?.dead === true || parent.ending !== null) {
    void core.delivery.stop(far, 0)
    throw new ServiceWithdrawn({ details: `spawn of "${definition.name}": its parent has stopped or restarted meanwhile` })
  }
  parent.farChildren ??= new Map()
  parent.farChildren.set(far, number)
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
