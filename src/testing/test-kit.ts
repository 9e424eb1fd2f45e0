import { readQuest } from '../actors/facade/quest.js'
import { printWanted } from '../actors/finding/wanted.js'
import { quote } from '../actors/quote.js'
import type { System, SystemStopOptions } from '../actors/system-type.js'
import { ActorSystem } from '../runtime/system.js'
import { Faults } from './faults/faults.js'
import { findWrongs } from './inspection.js'
import { ReportProbe } from './probe.js'
import type { Simulation } from './simulation.js'
import { standIn } from './stand-in.js'
import type { ActorFaults, TestClock, TestLetter } from './test-system-type.js'

/** Dead letters that are kept. */
const MAX_LETTERS = 10_000
/** Reports that may wait for a probe. */
const PROBE_CAPACITY = 100_000

/** What `createTestSystem` returns, besides the members of the system; its types are those of `TestSystem`. */
export class TestKit implements AsyncDisposable {
  readonly clock: TestClock
  readonly #simulation: Simulation
  readonly #faults: Faults
  readonly #letters: TestLetter[] = []

  constructor(simulation: Simulation) {
    const { system, driver } = simulation
    this.#simulation = simulation
    this.#faults = new Faults(simulation)
    this.clock = clockOf(simulation)
    system.recordLetters((letter, missed) => this.#keep({ ...letter, missed }))
    const stop = (order?: SystemStopOptions): Promise<void> => driver.until(ActorSystem.prototype.stop.call(system, order))
    Object.assign(system, { stop, [Symbol.asyncDispose]: () => stop() })
    Object.defineProperties(this, membersOf(system))
  }

  get system(): System {
    return this.#simulation.system as unknown as System
  }

  get seed(): number {
    return this.#simulation.seed
  }

  settled(): Promise<void> {
    return this.#simulation.driver.settled()
  }

  probe(target: unknown, subject: unknown): ReportProbe {
    const { system, driver } = this.#simulation
    const { wanted } = readQuest(target, 'probe()')
    return new ReportProbe({
      what: `probe of ${printWanted(wanted)}, ${quote(subject)}`,
      driver,
      subscribe: (record) => system.subscribe(target, subject, record, { capacity: PROBE_CAPACITY }) as Disposable,
    })
  }

  async stand(target: unknown, methods: unknown): Promise<object> {
    return await this.#simulation.system.spawn(standIn(target, methods), { host: 'inline' })
  }

  fault(target: unknown): ActorFaults {
    return this.#faults.of(target)
  }

  async killThread(thread: number): Promise<void> {
    this.#simulation.killThread(thread)
    await this.settled()
  }

  get deadLetters(): readonly TestLetter[] {
    return [...this.#letters]
  }

  check(): void {
    const wrongs = findWrongs(this.#simulation, this.#faults.held)
    if (wrongs.length === 0) return
    const count = wrongs.length === 1 ? 'something is wrong' : `${wrongs.length} things are wrong`
    throw new Error(`check(): ${count} (seed ${this.seed})${wrongs.map((wrong) => `\n- ${wrong}`).join('')}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#simulation.system.stop()
    this.check()
  }

  #keep(letter: TestLetter): void {
    this.#letters.push(letter)
    if (this.#letters.length > MAX_LETTERS) this.#letters.shift()
  }
}

function clockOf({ time, driver }: Simulation): TestClock {
  return {
    now: () => time.now(),
    advance: (ms) => driver.advance(ms),
    set: async (date) => {
      time.setWall(date.getTime())
      await driver.settled()
    },
  }
}

/** The members of a system that the kit has none of its own for, to be called through it. */
function membersOf(system: ActorSystem): PropertyDescriptorMap {
  const names = Object.getOwnPropertyNames(ActorSystem.prototype).filter((name) => !(name in TestKit.prototype))
  const get = (name: string): unknown => {
    const member: unknown = Reflect.get(system, name)
    return typeof member === 'function' ? member.bind(system) : member
  }
  return Object.fromEntries(names.map((name) => [name, { get: () => get(name), enumerable: true }]))
}
