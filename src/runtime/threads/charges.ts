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
}

/**
 * The children of this thread's actors that live on other threads: those whose thread ends are started again, as their
 * supervision says, on a new thread and with the id they had.
 */
export class Charges {
  readonly #runtime: ThreadRuntime
  readonly #known = new Map<FarActor, Known>()
  /** Those that wait for their restart. */
  readonly #delayed = new Map<Alarm, FarActor>()
  #closed = false

  constructor(runtime: ThreadRuntime) {
    this.#runtime = runtime
    runtime.onLost = (thread) => this.#threadLost(thread)
  }

  add(far: FarActor, charge: Charge): void {
    const { definition, options } = charge.order
    const settings = supervisionOf(definition.options.supervision, options.supervision)
    this.#known.set(far, { ...charge, far, settings, restarts: [] })
    far.onGone(() => this.#known.delete(far))
  }

  /** Nothing is started again from here on. */
  close(): void {
    this.#closed = true
    for (const [alarm, far] of this.#delayed) {
      this.#begins(alarm)
      this.#runtime.abandon(far)
    }
  }

  #threadLost(thread: ThreadKey): void {
    const error = new Error(`thread ${slotOf(thread)} has ended`)
    for (const charge of [...this.#known.values()])
      if (charge.far.thread === thread && charge.far.lost) this.#failed(charge, error, 'thread')
  }

  #failed(charge: Known, error: unknown, where: FailurePlace): void {
    const { far, settings, restarts } = charge
    const { core } = this.#runtime
    if (this.#isOver(charge)) return this.#runtime.abandon(far)
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

  /** The system stops, or its parent has stopped or restarted: nobody wants it any more. */
  #isOver({ order: { parent }, life }: Known): boolean {
    return this.#closed || parent.life !== life || life?.dead === true || parent.ending !== null
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
    this.#runtime.abandon(far)
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
      void this.#again(charge)
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

  async #again(charge: Known): Promise<void> {
    const { core } = this.#runtime
    if (this.#isOver(charge)) return this.#runtime.abandon(charge.far)
    core.retain()
    try {
      await charge.restart()
      if (this.#isOver(charge)) await this.#runtime.stop(charge.far, 0)
      else this.#runtime.moved(charge.far)
    } catch (error) {
      if (charge.far.lost) this.#failed(charge, error, 'setup')
    } finally {
      core.release()
    }
  }
}
