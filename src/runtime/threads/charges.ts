import type { Decision, FailurePlace, SupervisionSettings } from '../../actors/actor-options.js'
import { Alarm } from '../../actors/kernel/alarm.js'
import type { Life } from '../../actors/kernel/cell.js'
import type { SpawnOrder } from '../../actors/kernel/ports.js'
import { decideFailure, decideRestart } from '../../actors/kernel/supervision.js'
import type { FarActor } from '../../actors/kernel/target.js'
import { supervisionOf } from '../../actors/turns/birth.js'
import { nameOf } from '../../actors/turns/failing.js'
import { failed, restartTogether } from '../../actors/turns/life.js'
import { siblingsOf } from '../../actors/turns/siblings.js'
import { slotOf, type ThreadKey } from '../../base/ids.js'
import type { Restarts } from './fates.js'
import type { ThreadRuntime } from './thread-runtime.js'

/** Whose child it becomes: the incarnation that asked for it, and its number among all that this thread has spawned. */
export interface Adoption {
  readonly order: SpawnOrder
  readonly life: Life | null
  readonly number: number
}

/** A child on another thread, and how it is started again. */
interface Charge extends Adoption {
  readonly restart: () => Promise<void>
}

interface Known extends Charge {
  readonly far: FarActor
  readonly settings: SupervisionSettings
  /** Moments of its restarts, for the budget. */
  readonly restarts: number[]
  /** While it is being started again. */
  starting: Promise<void> | null
  /** Somebody stops it. */
  isUnwanted: boolean
}

/**
 * The children of this thread's actors that live on other threads: those whose thread ends are started again, as their
 * supervision says, on a new thread and with the id they had.
 */
export class Charges implements Restarts {
  readonly #runtime: ThreadRuntime
  readonly #known = new Map<FarActor, Known>()
  /** Those that wait for their restart. */
  readonly #delayed = new Map<Alarm, FarActor>()
  #closed = false

  constructor(runtime: ThreadRuntime) {
    this.#runtime = runtime
    runtime.onLost = (thread) => this.#threadLost(thread)
    runtime.fates.restarts = this
  }

  add(far: FarActor, charge: Charge): void {
    const { definition, options } = charge.order
    const settings = supervisionOf(definition.options.supervision, options.supervision)
    this.#known.set(far, { ...charge, far, settings, restarts: [], starting: null, isUnwanted: false })
    far.onGone(() => this.#forget(far))
  }

  has(far: FarActor): boolean {
    return this.#known.has(far)
  }

  async giveUp(far: FarActor): Promise<void> {
    const charge = this.#known.get(far)
    if (charge === undefined || charge.starting === null) return this.#runtime.fates.abandon(far)
    charge.isUnwanted = true
    await charge.starting
  }

  /** Nothing is started again from here on. */
  close(): void {
    this.#closed = true
    for (const far of [...this.#delayed.values()]) this.#runtime.fates.abandon(far)
  }

  #forget(far: FarActor): void {
    this.#known.delete(far)
    for (const [alarm, delayed] of this.#delayed) if (delayed === far) this.#begins(alarm)
  }

  /** Those that are being started just now are looked at when that has ended. */
  #threadLost(thread: ThreadKey): void {
    for (const charge of [...this.#known.values()]) {
      const { far, starting } = charge
      if (far.thread === thread && far.lost && starting === null) this.#failed(charge, endOf(thread), 'thread')
    }
  }

  #failed(charge: Known, error: unknown, where: FailurePlace): void {
    const { far, settings, restarts } = charge
    const { core } = this.#runtime
    if (this.#isOver(charge)) return this.#runtime.fates.abandon(far)
    const decision = this.#decide(charge, error, where)
    if (decision === 'stop') return this.#stops(charge, error, where)
    const restart = decision === 'escalate' ? null : decideRestart(settings, restarts, core.world.clock.now(), core.world.random)
    if (restart === null || restart.kind === 'escalate') return this.#escalates(charge, error, where)
    const { log } = core.world
    // The end of a thread has been logged.
    if (where === 'thread') log.info(`${nameOf(far)} restarts: its thread has ended`)
    else log.error(`${nameOf(far)} failed in a ${where}; it restarts on a new thread`, { error })
    this.#withSiblings(charge, restart.delayMs)
    this.#later(charge, restart.delayMs)
  }

  /** The system stops, somebody stops it, or its parent has stopped or restarted: nobody wants it any more. */
  #isOver({ order: { parent }, life, isUnwanted }: Known): boolean {
    return this.#closed || isUnwanted || parent.life !== life || life?.dead === true || parent.ending !== null
  }

  #decide({ far, settings }: Known, error: unknown, where: FailurePlace): Decision {
    try {
      return decideFailure(settings, error, where)
    } catch (thrown) {
      this.#runtime.core.world.log.error(`onFailure of ${nameOf(far)} failed; the failure escalates`, { error: thrown })
      return 'escalate'
    }
  }

  #stops({ far }: Known, error: unknown, where: FailurePlace): void {
    if (where !== 'thread') this.#runtime.core.world.log.error(`${nameOf(far)} failed in a ${where}; it stops`, { error })
    this.#runtime.fates.abandon(far)
  }

  #escalates(charge: Known, error: unknown, where: FailurePlace): void {
    const { core } = this.#runtime
    const { parent } = charge.order
    this.#stops(charge, error, where)
    if (parent !== core.root) failed(core, parent, error, 'child')
  }

  #withSiblings({ order: { parent }, settings, number }: Known, delayMs: number): void {
    const { core } = this.#runtime
    if (parent === core.root) return
    const { here, far } = siblingsOf(parent, settings.strategy, number)
    restartTogether(core, here, delayMs)
    for (const sibling of far) this.#runtime.restart(sibling, delayMs)
  }

  #later(charge: Known, delayMs: number): void {
    const { core } = this.#runtime
    const alarm = new Alarm(() => {
      this.#begins(alarm)
      this.#again(charge)
    })
    this.#delayed.set(alarm, charge.far)
    core.retain()
    core.deadlines.after(alarm, delayMs)
  }

  /** A restart waits no longer. */
  #begins(alarm: Alarm): void {
    const { core } = this.#runtime
    if (!this.#delayed.delete(alarm)) return
    core.deadlines.remove(alarm)
    core.release()
  }

  #again(charge: Known): void {
    if (this.#isOver(charge)) return this.#runtime.fates.abandon(charge.far)
    charge.starting = this.#start(charge)
  }

  async #start(charge: Known): Promise<void> {
    const { far } = charge
    const { core } = this.#runtime
    core.retain()
    try {
      const failure = await outcomeOf(charge.restart())
      if (this.#isOver(charge)) return await this.#end(far)
      charge.starting = null
      if (!far.lost) this.#runtime.fates.moved(far)
      else if (failure === null) this.#failed(charge, endOf(far.thread), 'thread')
      else this.#failed(charge, failure.error, 'setup')
    } finally {
      core.release()
    }
  }

  /** Nobody wants it any more, and it may have been started all the same. */
  async #end(far: FarActor): Promise<void> {
    this.#forget(far)
    await this.#runtime.stop(far, 0)
    this.#runtime.fates.abandon(far)
  }
}

function endOf(thread: ThreadKey): Error {
  return new Error(`thread ${slotOf(thread)} has ended`)
}

/** Why it has failed, if it has. */
async function outcomeOf(work: Promise<void>): Promise<{ readonly error: unknown } | null> {
  try {
    await work
    return null
  } catch (error) {
    return { error }
  }
}
