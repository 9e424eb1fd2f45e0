import { AgentVerbs } from '../actors/facade/agent.js'
import { spawn } from '../actors/facade/spawning.js'
import type { Core } from '../actors/kernel/core.js'
import { DEFAULT_TIMEOUT_MS } from '../actors/options.js'
import type { SystemStats } from '../actors/system-type.js'
import { type ThreadKey, threadKey } from '../base/ids.js'
import { seededRandom } from '../base/random.js'
import type { Logger, World } from '../base/world.js'
import { nodeWorld } from '../runtime/node-world.js'
import { readStats } from '../runtime/stats.js'
import type { HostedThread } from '../runtime/threads/hosted-thread.js'
import { LinkLedger } from '../runtime/threads/link-ledger.js'
import { clearSlot, newSharedCounts } from '../runtime/threads/shared-counts.js'
import type { ThreadRuntime } from '../runtime/threads/thread-runtime.js'
import type { ThreadSettings } from '../runtime/vessels/boot-order.js'
import { TestDriver } from './test-driver.js'
import { MemoryNetwork } from './threads/memory-network.js'
import { type MemoryEnd, memoryPair } from './threads/memory-pair.js'
import { isQuiet, MemoryThread, simulatedExtras } from './threads/memory-thread.js'
import { VirtualTime } from './virtual-time.js'

/** Slots that have memory for their counts. */
const SLOTS = 16

const SETTINGS: ThreadSettings = {
  facts: { name: 'simulated', process: { id: 'simulated', incarnation: '1', host: '', pid: 1 }, threads: SLOTS - 1 },
  audience: '*',
  timeoutMs: DEFAULT_TIMEOUT_MS,
  validate: 'always',
  share: false,
  strict: true,
  forwardsLog: false,
  cores: 1,
  maxRingBytes: 0,
  holdLimits: { warnMs: Number.POSITIVE_INFINITY, endMs: Number.POSITIVE_INFINITY },
}

/** A thread, and how it begins to talk with another. */
interface Joined extends Pick<HostedThread<MemoryEnd>, 'connect'> {
  readonly thread: MemoryThread
}

export interface SimulationOptions {
  readonly seed: number
  readonly log: Logger
  /** Frames on their way from one thread to another, beyond which the link is full. */
  readonly linkCapacity?: number
}

/** One simulated thread that is started and killed by hand. */
export class SimulatedThread {
  readonly slot: number
  readonly key: ThreadKey
  readonly core: Core
  readonly runtime: ThreadRuntime
  /** What its program can do. */
  readonly agent: AgentVerbs
  readonly #thread: MemoryThread

  constructor(thread: MemoryThread) {
    this.#thread = thread
    this.slot = thread.slot
    this.key = thread.key
    this.runtime = thread.runtime
    this.core = thread.runtime.core
    this.agent = new AgentVerbs(this.core, this.core.root.life)
  }

  get alive(): boolean {
    return this.#thread.alive
  }

  /** Starts a service in this thread, or where its options say. */
  spawn(definition: unknown, options: object = {}): Promise<object> {
    return spawn(this.core, this.core.root.life, definition, options, 'inline') as Promise<object>
  }
}

/**
 * The simulated threads of a system, started and killed by hand: none is thread 0 of a system, and whoever is placed on a thread
 * that is not there is refused.
 */
export class SimulatedThreads {
  readonly time = new VirtualTime(1e12)
  readonly network: MemoryNetwork
  readonly #counts = newSharedCounts(SLOTS)
  readonly #ledger = new LinkLedger()
  readonly #world: World
  readonly #threads = new Map<SimulatedThread, Joined>()
  readonly #driver: TestDriver

  constructor(options: SimulationOptions) {
    const random = seededRandom(options.seed)
    this.#world = { ...nodeWorld({ log: options.log, random, clock: this.time, hold: () => undefined }), scheduler: this.time }
    this.network = new MemoryNetwork(this.time, random, options.linkCapacity ?? Number.POSITIVE_INFINITY)
    this.#driver = new TestDriver(() => this.#isQuiet(), this.time, options.seed)
  }

  /** Those that live. */
  get threads(): readonly SimulatedThread[] {
    return [...this.#threads.keys()].filter(({ alive }) => alive)
  }

  /** Starts a thread in a slot whose former thread, if there was one, is dead, and connects it with all that live. */
  start(slot: number): SimulatedThread {
    const generation = [...this.#threads.keys()].filter((one) => one.slot === slot).length
    const thread = new MemoryThread({
      thread: threadKey(slot, generation),
      settings: SETTINGS,
      counts: this.#counts,
      world: this.#world,
      extras: simulatedExtras(this.#world.random),
      ensure: () => Promise.reject(new Error('simulated threads are started by the test')),
      vacated: () => undefined,
    })
    const { connect } = thread.boot(this.#past)
    const made = new SimulatedThread(thread)
    for (const other of this.threads) this.#join({ thread, connect }, this.#threads.get(other) as Joined)
    this.#threads.set(made, { thread, connect })
    return made
  }

  /** Ends a thread between two instructions: of what it has sent a beginning arrives, of each link as much as the seed says. */
  kill(victim: SimulatedThread): void {
    this.#threads.get(victim)?.thread.die(true)
    clearSlot(this.#counts, victim.slot, this.#ledger.ended(victim.key))
  }

  /** Resolves when no frame is on its way, no message waits and no turn is ready at this moment of the virtual clock. */
  settled(): Promise<void> {
    return this.#driver.settled()
  }

  /** Hands on some of what is on its way. */
  async step(): Promise<void> {
    await new Promise<void>((resolve) => this.time.macrotask(resolve))
  }

  advance(ms: number): Promise<void> {
    return this.#driver.advance(ms)
  }

  /** Counts of all threads, those that are dead too. */
  stats(): SystemStats {
    return readStats(SETTINGS, this.#counts, this.#ledger)
  }

  get #past(): readonly ThreadKey[] {
    return [...this.#threads.keys()].filter(({ alive }) => !alive).map(({ key }) => key)
  }

  #isQuiet(): boolean {
    return this.network.quiet && this.threads.every(({ core }) => isQuiet(core))
  }

  #join(one: Joined, other: Joined): void {
    const [from, to] = [one.thread.key, other.thread.key]
    const counts = [this.#ledger.open(from, to), this.#ledger.open(to, from)] as const
    const [here, there] = memoryPair({ network: this.network, text: this.#world.text, counts })
    one.thread.own(here)
    other.thread.own(there)
    one.connect(to, here)
    other.connect(from, there)
  }
}
