/** How a simulation goes: deeds of the program at random moments, faults among them; then calm, in which all must come right; then the end. */

import { askAround, checkCalm, checkLast, PING_MS, pingAll } from './calm-laws.js'
import { type Doer, message, stopOne } from './deeds.js'
import { checkEmpty, checkOver } from './end-laws.js'
import { hear } from './hearing.js'
import { killOne } from './killing.js'
import { checkAlways, checkQuiet } from './laws.js'
import { Simulation, type SimulationOptions } from './simulation.js'
import { forget } from './simulations.js'
import { spawnOne } from './spawning.js'

/** Rounds of the event loop in which nothing happened, after which nothing will. */
const QUIET_ROUNDS = 2
const MAX_ROUNDS = 20_000
/** Within so long after the last fault all must have come right. */
const CALM_MS = 30_000

/** `onStop` functions of an actor and of its children, one after another, each given up after 5 s. */
const LONGEST_STOP_MS = 25_000
const GRACE_MS = 100

const DEEDS = { message: 12, spawn: 4, hear: 2, stop: 1, kill: 1, block: 1, nothing: 4 } as const
const PACES = { none: 3, round: 4, quiet: 2, time: 5 } as const

export class Play {
  readonly simulation: Simulation
  readonly #doer: Doer

  constructor(options: SimulationOptions) {
    this.simulation = new Simulation(options)
    const { simulation } = this
    this.#doer = { simulation, life: null, agent: simulation.agent, known: simulation.known, depth: 0 }
  }

  async run(): Promise<void> {
    const { simulation } = this
    const { draw } = simulation
    for (let n = draw.between(1, 3); n > 0; n--) void this.#spawn()
    const untilMs = draw.between(100, 500)
    while (simulation.nowMs < untilMs && simulation.faults.length === 0) {
      this.#act()
      await this.#pass()
    }
    if (draw.chance(0.75)) {
      await this.#comeRight()
      if (draw.chance(0.5)) await this.#stopAll()
    }
    if (simulation.faults.length === 0) await this.#end()
    forget(simulation.number)
  }

  #act(): void {
    const { simulation } = this
    const { draw, world } = simulation
    switch (draw.among(DEEDS)) {
      case 'message':
        return void message(this.#doer).catch(() => undefined)
      case 'spawn':
        return void this.#spawn()
      case 'hear':
        return void hear(this.#doer).catch(() => undefined)
      case 'stop':
        return void stopOne(this.#doer, simulation.known.length > 0 ? draw.pick(simulation.known) : undefined).catch(() => undefined)
      case 'kill': {
        const { mortal } = world
        if (mortal.length > 0 && simulation.mayKill()) killOne(this.#doer, draw.pick(mortal))
        return
      }
      case 'block':
        return world.block((below) => draw.index(below), draw.between(1, 40))
      case 'nothing':
        return
    }
  }

  #spawn(): Promise<unknown> {
    return spawnOne(this.#doer).catch(() => undefined)
  }

  async #pass(): Promise<void> {
    const { draw } = this.simulation
    switch (draw.among(PACES)) {
      case 'none':
        return
      case 'round':
        await this.#round()
        return
      case 'quiet':
        return await this.#settle()
      case 'time':
        return await this.#advance(draw.between(1, 20))
    }
  }

  async #comeRight(): Promise<void> {
    this.simulation.becalm()
    await this.#advance(CALM_MS)
    checkQuiet(this.simulation)
    checkCalm(this.simulation)
    if (this.simulation.faults.length > 0) return
    await pingAll(this.simulation, () => this.#advance(PING_MS))
    await askAround(this.simulation, () => this.#advance(PING_MS))
    checkLast(this.simulation)
    checkQuiet(this.simulation)
  }

  /** Every actor is stopped by itself, the program hears of nothing any more: each thread is as it was when it began. */
  async #stopAll(): Promise<void> {
    const { simulation } = this
    const { observers, known, book, draw } = simulation
    if (simulation.faults.length > 0) return
    for (const { life, handle } of [...observers.pictures, ...observers.watches, ...observers.subscriptions])
      if (life === null) handle.close()
    const drainMs = draw.pick([0, 30])
    const stops = known.map((remote) =>
      book.follow(`stop of ${String(remote)}`, remote.$.stop({ drainMs }), { by: null, limitMs: LONGEST_STOP_MS }),
    )
    await this.#advance(LONGEST_STOP_MS + GRACE_MS)
    checkQuiet(simulation)
    if (simulation.faults.length > 0) return
    await Promise.allSettled(stops)
    checkEmpty(simulation)
  }

  async #end(): Promise<void> {
    const { simulation } = this
    const { draw, world } = simulation
    simulation.note(() => 'the system stops')
    const stopping = world.simulation.system.stop({ drainMs: draw.pick([0, 0, 50]) })
    let done = false
    void stopping.then(() => {
      done = true
    })
    for (let passed = 0; !done && passed < 60_000; passed += 1000) await this.#advance(1000)
    if (!done) simulation.fault('the system does not stop')
    simulation.becalm()
    await this.#advance(1000)
    checkQuiet(simulation)
    checkOver(simulation)
  }

  /** Lets what has begun go on, then hands on what is on its way. Tells whether nothing was, and nothing is due. */
  async #round(): Promise<boolean> {
    const { world } = this.simulation
    const { time } = world
    await new Promise<void>((resolve) => time.macrotask(resolve))
    const isQuiet = world.quiet && time.nextDueMs > time.now()
    time.moveTo(time.now())
    checkAlways(this.simulation)
    return isQuiet
  }

  /** Until nothing is left to do at this moment. */
  async #settle(): Promise<void> {
    for (let quiet = 0, rounds = 0; quiet < QUIET_ROUNDS; rounds++) {
      if (rounds > MAX_ROUNDS) return this.simulation.fault('the system does not come to rest')
      quiet = (await this.#round()) ? quiet + 1 : 0
    }
  }

  async #advance(ms: number): Promise<void> {
    const { time } = this.simulation.world
    const target = time.now() + ms
    await this.#settle()
    while (time.nextDueMs <= target && this.simulation.faults.length === 0) {
      time.moveTo(time.nextDueMs)
      await this.#settle()
    }
    if (this.simulation.faults.length > 0) return
    time.moveTo(target)
    await this.#settle()
  }
}
