import type { PoolOptions, Route } from '../actor-options.js'
import type { DefinitionRecord } from '../definition.js'
import { Alarm, within } from '../kernel/alarm.js'
import type { Cell, Routing } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { Envelope } from '../kernel/message.js'
import type { Target } from '../kernel/ports.js'
import { decideRestart } from '../kernel/supervision.js'
import { quote } from '../quote.js'
import { bear } from '../turns/birth.js'
import { handlerFailure, nameOf } from '../turns/failing.js'
import { relay } from '../turns/relay.js'
import { request, type Route as Sending } from '../turns/sending.js'
import { settleFailure } from '../turns/settling.js'
import { stopCell } from '../turns/stopping.js'
import { watchTarget } from '../turns/watching.js'
import { decideRoute } from './route.js'
import { Worker } from './worker.js'

/** How long a worker that is not needed any more may finish what it runs. */
const DISMISS_LIMIT_MS = 30_000

/** The workers of a pool and who of them gets what. */
export class PoolRouting implements Routing {
  readonly #core: Core
  readonly #cell: Cell
  readonly #definition: DefinitionRecord
  readonly #options: PoolOptions
  readonly #route: Route
  readonly #workers: Worker[] = []
  readonly #deaths: number[] = []
  #size = 0
  #turn = 0
  #outstanding = 0
  #hiring = 0
  #replacing = false

  constructor(core: Core, cell: Cell, definition: DefinitionRecord, options: PoolOptions) {
    this.#core = core
    this.#cell = cell
    this.#definition = definition
    this.#options = options
    this.#route = options.route ?? 'idle'
  }

  get size(): number {
    return this.#size
  }

  get outstanding(): number {
    return this.#outstanding
  }

  get blocked(): boolean {
    if (this.#workers.length === 0) return true
    return this.#route === 'idle' && this.#outstanding >= this.#workers.length && this.#workers.every((worker) => worker.busy > 0)
  }

  route(envelope: Envelope): void {
    const worker = this.#pick(envelope)
    if (worker === undefined) return
    this.#outstanding++
    worker.busy++
    relay(this.#core, envelope, { target: worker.target, method: envelope.method, ended: () => this.#finished(worker) })
  }

  #pick(envelope: Envelope): Worker | undefined {
    try {
      return this.#workers[decideRoute(this.#route, this.#workers, this.#turn++, envelope, this.#core.world.random)]
    } catch (error) {
      if (envelope.call !== null) settleFailure(this.#core, envelope.call, handlerFailure(this.#core, this.#cell, error))
      else {
        this.#core.counters.failedTell()
        this.#core.world.log.warn(`${envelope.method}() was not routed; nobody waits for its answer`, { error })
      }
      return undefined
    }
  }

  /** Asks every worker. */
  all(args: readonly unknown[], sending: Omit<Sending, 'target'>): Promise<PromiseSettledResult<unknown>[]> {
    return Promise.allSettled(this.#workers.map(({ target }) => request({ ...sending, target }, args)))
  }

  /** Adds workers, or stops the last ones once they are idle. */
  async resize(size: number, signal?: AbortSignal): Promise<void> {
    if (!Number.isInteger(size) || size < 1 || size > 1000) throw new TypeError(`resize(): size is ${quote(size)}; give 1 to 1000`)
    const missing = size - this.#size
    this.#size = size
    this.#core.retain()
    try {
      if (missing > 0) await this.#grow(missing, signal)
      else await Promise.all(this.#workers.splice(size).map((worker) => this.#dismiss(worker)))
    } finally {
      this.#core.release()
    }
  }

  async #grow(count: number, signal: AbortSignal | undefined): Promise<void> {
    const started = await Promise.allSettled(Array.from({ length: count }, () => this.#hire(signal)))
    const failed = started.find((outcome) => outcome.status === 'rejected')
    if (failed === undefined) return
    this.#size = this.#workers.length
    throw failed.reason
  }

  async #hire(signal?: AbortSignal): Promise<void> {
    this.#hiring++
    let worker: Worker
    try {
      worker = new Worker(await this.#spawn(signal))
    } finally {
      this.#hiring--
    }
    if (this.#cell.state !== 'running' || this.#workers.length >= this.#size) return this.#dismiss(worker)
    this.#workers.push(worker)
    watchTarget(this.#core, worker.target, () => this.#lost(worker))
    this.#wake()
  }

  /** The signal that may give up the making of the pool is none for workers that come later. */
  #spawn(signal: AbortSignal | undefined): Promise<Target> {
    const { size: _size, route: _route, signal: _signal, ...rest } = this.#options
    const options = signal === undefined ? rest : { ...rest, signal }
    const host = options.host ?? this.#definition.options.host ?? 'auto'
    if (host === 'inline') return bear(this.#core, this.#definition, options, { parent: this.#cell, registered: false })
    return this.#core.spawner.spawn({ definition: this.#definition, options: { ...options, host }, parent: this.#cell, registered: false })
  }

  async #dismiss(worker: Worker): Promise<void> {
    await within(this.#core, worker.free(), DISMISS_LIMIT_MS)
    const { target } = worker
    if (target.far) await this.#core.delivery.stop(target, 0)
    else await stopCell(this.#core, target, 'stopped')
  }

  #finished(worker: Worker): void {
    this.#outstanding--
    worker.finished()
    this.#wake()
  }

  #wake(): void {
    if (this.#cell.queued > 0 && !this.blocked) this.#core.dispatcher.schedule(this.#cell)
    else if (this.#outstanding === 0 && this.#cell.queued === 0) this.#cell.look()
  }

  /** A worker is gone: another takes its place, as supervision says. */
  #lost(worker: Worker): void {
    const index = this.#workers.indexOf(worker)
    if (index < 0) return
    this.#workers.splice(index, 1)
    this.#replace()
  }

  /** Decides once for all that are missing: those that went with one thread, or while a delay runs, count as one. */
  #replace(): void {
    if (this.#replacing || this.#cell.state !== 'running') return
    const { supervision } = this.#cell.spec
    const decision = decideRestart(supervision, this.#deaths, this.#core.world.clock.now(), this.#core.world.random)
    if (decision.kind === 'escalate') return this.#giveUp()
    this.#replacing = true
    const alarm = new Alarm(() => this.#rehire())
    this.#cell.timers = { end: () => this.#core.deadlines.remove(alarm) }
    this.#core.deadlines.after(alarm, decision.delayMs)
  }

  #rehire(): void {
    this.#replacing = false
    this.#cell.timers = null
    if (this.#cell.state !== 'running') return
    const missing = this.#size - this.#workers.length - this.#hiring
    for (let i = 0; i < missing; i++) this.#hire().catch((error: unknown) => this.#notHired(error))
  }

  #notHired(error: unknown): void {
    this.#core.world.log.error(`a new worker of pool ${nameOf(this.#cell)} did not start`, { error })
    this.#replace()
  }

  #giveUp(): void {
    const { restarts, withinMs } = this.#cell.spec.supervision.budget
    this.#core.world.log.error(`pool ${nameOf(this.#cell)} stops: it lost more than ${restarts} workers within ${withinMs} ms`)
    void stopCell(this.#core, this.#cell, 'crashed')
  }
}
