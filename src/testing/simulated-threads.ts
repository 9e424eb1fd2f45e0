/**
 * Simulated threads. Each is what a worker thread of a system is: a whole runtime with its own replica of the registry, table of pending
 * calls, dispatcher and timers, which shares no objects with the others. But all are in one realm: what one sends another is encoded into
 * frames that wait in memory until the simulation hands them on, how many at a time being drawn from the seed. One virtual clock and one
 * source of random numbers serve all, so the same seed gives the same run on the same version of Node, and a thread can die between any
 * two frames.
 */

import { createCore } from '../actors/create-core.js'
import { AgentVerbs } from '../actors/facade/agent.js'
import { spawn } from '../actors/facade/spawning.js'
import type { Core } from '../actors/kernel/core.js'
import { type ThreadKey, threadKey } from '../base/ids.js'
import { randomIndex, seededRandom } from '../base/random.js'
import type { Logger, Random, Scheduler, World } from '../base/world.js'
import type { LinkListener } from '../runtime/links/link.js'
import type { PairWay } from '../runtime/links/pair-way.js'
import { newWayMemory, type WayMemory } from '../runtime/links/way-count.js'
import { nodeWorld } from '../runtime/node-world.js'
import { InlineOffloader } from '../runtime/offload/inline-offloader.js'
import type { ThreadControl } from '../runtime/threads/control.js'
import { newSharedCounts } from '../runtime/threads/shared-counts.js'
import { ThreadSpawner } from '../runtime/threads/spawner.js'
import { type Connection, ThreadRuntime } from '../runtime/threads/thread-runtime.js'
import { threadService } from '../runtime/threads/thread-service.js'
import { MemoryLink } from './memory-link.js'
import { TestDriver } from './test-driver.js'
import { VirtualTime } from './virtual-time.js'

const PROCESS = 'simulated'
const SLICE_MESSAGES = 1000

/** One thread that is simulated. */
export interface SimulatedThread {
  readonly slot: number
  readonly key: ThreadKey
  readonly core: Core
  readonly runtime: ThreadRuntime
  /** What its program can do. */
  readonly agent: AgentVerbs
  readonly alive: boolean
  /** Starts a service in this thread. */
  spawn(definition: unknown, options?: object): Promise<object>
}

class Thread implements SimulatedThread {
  readonly slot: number
  readonly key: ThreadKey
  readonly core: Core
  readonly runtime: ThreadRuntime
  readonly agent: AgentVerbs
  readonly links = new Map<Thread, MemoryLink>()
  alive = true

  constructor(slot: number, generation: number, { world, pick, past }: { world: World; pick: (n: number) => number; past: ThreadKey[] }) {
    this.slot = slot
    this.key = threadKey(slot, generation)
    const facts = { name: 'simulated', process: { id: PROCESS, incarnation: '1', host: '', pid: 1 }, threads: 0 }
    const options = { facts, process: PROCESS, thread: this.key, audience: '*', timeoutMs: 5000, validate: 'always' as const }
    const how = { share: false, strict: true, pick, sliceMessages: SLICE_MESSAGES }
    const scheduler = mortal(world.scheduler, () => this.alive)
    this.core = createCore({ ...world, scheduler }, { ...options, ...how })
    this.runtime = new ThreadRuntime(this.core, past)
    const refuse = (): Promise<never> => Promise.reject(new Error('simulated threads are started by the test'))
    this.core.spawner = new ThreadSpawner({ runtime: this.runtime, counts: COUNTS, threads: 0, ensure: refuse })
    this.core.offloader = new InlineOffloader(this.core)
    this.agent = new AgentVerbs(this.core, this.core.root.life)
  }

  spawn(definition: unknown, options: object = {}): Promise<object> {
    return spawn(this.core, this.core.root.life, definition, options, 'inline') as Promise<object>
  }
}

/** Only placement and statistics look at these, which simulation has none of. */
const COUNTS = newSharedCounts(16)

export interface SimulationOptions {
  readonly seed: number
  readonly log: Logger
  /** Frames on their way from one thread to another, beyond which the link is full. */
  readonly linkCapacity?: number
}

/** The simulated threads of one system, started and killed by hand. */
export class SimulatedThreads {
  readonly time = new VirtualTime(1e12)
  readonly #random: Random
  readonly #options: SimulationOptions
  readonly #threads: Thread[] = []
  readonly #driver: TestDriver
  #pumping = false

  constructor(options: SimulationOptions) {
    this.#options = options
    this.#random = seededRandom(options.seed)
    this.#driver = new TestDriver(() => this.#isQuiet(), this.time, options.seed)
  }

  /** Those that live. */
  get threads(): readonly SimulatedThread[] {
    return this.#living
  }

  /** Starts a thread in a slot whose former thread, if there was one, is dead, and connects it with all that live. */
  start(slot: number): SimulatedThread {
    const { time } = this
    const random = this.#random
    const world = { ...nodeWorld({ log: this.#options.log, random, clock: time, hold: () => undefined }), scheduler: time }
    const past = this.#threads.filter(({ alive }) => !alive).map(({ key }) => key)
    const generation = this.#threads.filter((one) => one.slot === slot).length
    const thread = new Thread(slot, generation, { world, past, pick: (waiting) => randomIndex(random, waiting) })
    const others = this.#living
    this.#threads.push(thread)
    for (const other of others) this.#connect(thread, other)
    this.#pump()
    return thread
  }

  /** Ends a thread between two instructions: of what it has sent a beginning arrives, of each link as much as the seed says. */
  kill(victim: SimulatedThread): void {
    const thread = victim as Thread
    thread.alive = false
    for (const link of thread.links.values()) link.die(randomIndex(this.#random, link.travelling + 1))
    this.#pump()
  }

  /** Resolves when no frame is on its way, no message waits and no turn is ready at this moment of the virtual clock. */
  settled(): Promise<void> {
    this.#pump()
    return this.#driver.settled()
  }

  /** Hands on some of what is on its way. */
  async step(): Promise<void> {
    this.#pump()
    await new Promise<void>((resolve) => this.time.macrotask(resolve))
  }

  advance(ms: number): Promise<void> {
    this.#pump()
    return this.#driver.advance(ms)
  }

  get #living(): Thread[] {
    return this.#threads.filter(({ alive }) => alive)
  }

  /** Ends of links from which something may still arrive. */
  get #busy(): MemoryLink[] {
    return this.#threads.flatMap(({ links }) => [...links].filter(([to]) => to.alive).map(([, link]) => link)).filter((link) => !link.quiet)
  }

  #isQuiet(): boolean {
    return this.#busy.length === 0 && this.#living.every(({ core }) => core.dispatcher.quiet && core.offloader.quiet)
  }

  /** Goes on by itself for as long as something is on its way. */
  #pump(): void {
    if (this.#pumping) return
    this.#pumping = true
    this.time.macrotask(() => {
      this.#pumping = false
      for (const link of this.#busy) {
        for (let n = randomIndex(this.#random, link.travelling + 2); n > 0; n--) link.deliver()
      }
      if (!this.#isQuiet()) this.#pump()
    })
  }

  #connect(one: Thread, other: Thread): void {
    const [to, from] = [newWayMemory(), newWayMemory()]
    const links: MemoryLink[] = []
    const openLink = (end: Thread) => (listener: LinkListener) => {
      const link = new MemoryLink(end.core.world.text, listener, this.#options.linkCapacity ?? Number.POSITIVE_INFINITY)
      links.push(link)
      return link
    }
    const controls = new Map<Thread, ThreadControl>()
    meet(one, other, { controls, openLink: openLink(one), outgoing: to, incoming: from })
    meet(other, one, { controls, openLink: openLink(other), outgoing: from, incoming: to })
    const [here, there] = links as [MemoryLink, MemoryLink]
    here.other = there
    there.other = here
    one.links.set(other, here)
    other.links.set(one, there)
  }
}

interface Meeting {
  /** What each of the two exposes. */
  readonly controls: Map<Thread, ThreadControl>
  readonly openLink: PairWay['openLink']
  readonly outgoing: WayMemory
  readonly incoming: WayMemory
}

/** Lets one thread know of another. */
function meet(one: Thread, other: Thread, { controls, ...way }: Meeting): void {
  const control: ThreadControl = {
    spawn: (message) => controlOf(controls, other).spawn(message),
    stop: (...order) => controlOf(controls, other).stop(...order),
  }
  const expose = (exposed: object): void => void controls.set(one, exposed as ThreadControl)
  one.runtime.connect(other.key, { ...way, control, expose, letGo: () => undefined }, (made: Connection) => {
    expose(threadService({ runtime: one.runtime, counts: COUNTS, connection: () => made, vacated: () => undefined }))
  })
}

function controlOf(controls: Map<Thread, ThreadControl>, thread: Thread): ThreadControl {
  return controls.get(thread) as ThreadControl
}

/** What a thread has begun ends with it. */
function mortal(scheduler: Scheduler, isAlive: () => boolean): Scheduler {
  const whileAlive = (run: () => void) => (): void => void (isAlive() && run())
  return {
    timer: (delayMs, run) => scheduler.timer(delayMs, whileAlive(run)),
    macrotask: (run) => scheduler.macrotask(whileAlive(run)),
    microtask: (run) => scheduler.microtask(whileAlive(run)),
  }
}
