import { targetOf } from '../../actors/facade/references.js'
import { partsOf } from '../../actors/facade/remote.js'
import { Binding, factsOf } from '../../actors/kernel/binding.js'
import { type Cell, childrenOf } from '../../actors/kernel/cell.js'
import type { Core } from '../../actors/kernel/core.js'
import type { Target } from '../../actors/kernel/ports.js'
import { quote } from '../../actors/quote.js'
import { nameOf } from '../../actors/turns/failing.js'
import { failed } from '../../actors/turns/life.js'
import { randomIndex } from '../../base/random.js'
import type { Simulation } from '../simulation.js'
import type { ActorFaults } from '../test-system-type.js'
import { MessageFaults } from './message-faults.js'

/** An actor and the thread it lives in. */
interface Place {
  readonly core: Core
  readonly cell: Cell
}

/** What a test does to actors. */
export class Faults {
  readonly #simulation: Simulation
  readonly #messages = new MessageFaults()

  constructor(simulation: Simulation) {
    this.#simulation = simulation
  }

  /** Messages that are delayed. */
  get held(): number {
    return this.#messages.held
  }

  /** @throws TypeError for what is no Remote or binding of this system */
  of(actor: unknown): ActorFaults {
    const target = this.#targetOf(actor)
    const messages = () => {
      this.#simulation.intercept = this.#messages.intercept
      return this.#messages.of(target.id)
    }
    return {
      crash: (error = new Error('crashed by a test')) => this.#crash(target, error),
      drop: (times = 1) => messages().drop(checkTimes(times, 'drop()')),
      delay: (ms, times = 1) => messages().delay(checkMs(ms), checkTimes(times, 'delay()')),
      duplicate: (times = 1) => messages().duplicate(checkTimes(times, 'duplicate()')),
    }
  }

  #targetOf(actor: unknown): Target {
    const { core } = this.#simulation.system
    const target = partsOf(actor)?.target ?? (actor instanceof Binding ? targetOf(core, factsOf(actor)) : undefined)
    if (target !== undefined) return target
    throw new TypeError(`fault(): target is ${quote(actor)}; give a Remote or a binding of one actor`)
  }

  async #crash(target: Target, error: Error): Promise<void> {
    const { driver } = this.#simulation
    // What starts or restarts has nothing yet that could fail.
    if (!this.#isUp(target)) await driver.settled()
    const place = this.#placeOf(target)
    if (place === undefined || !this.#isUp(target))
      throw driver.error(`crash(): ${nameOf(target)} does not run; it has stopped, or restarts later`)
    const { core, cell } = this.#victimOf(place)
    failed(core, cell, error, 'timer')
    await driver.settled()
  }

  #isUp(target: Target): boolean {
    const state = this.#placeOf(target)?.cell.state
    return state === 'running' || state === 'draining'
  }

  #placeOf(target: Target): Place | undefined {
    const { cores } = this.#simulation
    if (!target.far) return { core: target.home as Core, cell: target }
    const core = cores.find(({ options }) => options.thread === target.thread)
    const cell = core?.cells.get(target.cell)
    return core === undefined || cell === undefined ? undefined : { core, cell }
  }

  /** The actor itself; of a pool one of its workers. */
  #victimOf(place: Place): Place {
    const { cell } = place
    if (cell.routing === null) return place
    const workers = [...childrenOf(cell), ...(cell.farChildren?.keys() ?? [])].filter((worker) => this.#isUp(worker))
    const worker = workers[randomIndex(this.#simulation.random, workers.length)]
    const there = worker === undefined ? undefined : this.#placeOf(worker)
    if (there === undefined) throw this.#simulation.driver.error(`crash(): pool ${nameOf(cell)} has no worker that runs`)
    return there
  }
}

function checkTimes(times: unknown, action: string): number {
  if (times === Number.POSITIVE_INFINITY || (Number.isInteger(times) && (times as number) >= 1)) return times as number
  throw new TypeError(`fault().${action}: times is ${quote(times)}; give a whole number of 1 or more, or Infinity`)
}

function checkMs(ms: unknown): number {
  if (typeof ms === 'number' && ms >= 0 && ms < Number.POSITIVE_INFINITY) return ms
  throw new TypeError(`fault().delay(): ms is ${quote(ms)}; give virtual milliseconds, 0 or more`)
}
