import type { Core } from '../actors/kernel/core.js'
import type { Intercept } from '../actors/kernel/ports.js'
import type { SystemOptions } from '../actors/system-type.js'
import { randomHex, seededRandom } from '../base/random.js'
import type { Random, World } from '../base/world.js'
import { assembleSystem, type ThreadsParts } from '../runtime/create-system.js'
import { nodeWorld } from '../runtime/node-world.js'
import { InlineOffloader } from '../runtime/offload/inline-offloader.js'
import type { ActorSystem } from '../runtime/system.js'
import { leftIn } from './leftovers.js'
import { TestDriver } from './test-driver.js'
import { MemoryNetwork } from './threads/memory-network.js'
import { isQuiet, type MemoryThread, simulatedExtras } from './threads/memory-thread.js'
import { SimulatedTable, type ThreadWatcher } from './threads/simulated-table.js'
import type { VirtualTime } from './virtual-time.js'

/** How a system is simulated. */
export interface SimulationOptions extends SystemOptions {
  readonly seed: number
  readonly threads: number
  /** Frames on their way from one thread to another, beyond which a link is full. */
  readonly linkCapacity?: number
  /** Ports in the place of Node's. */
  readonly ports?: Partial<World>
}

/** A system whose clock, threads and order of events are simulated: what `createSystem` makes, on other ports. */
export class Simulation implements ThreadWatcher {
  readonly seed: number
  readonly time: VirtualTime
  readonly random: Random
  readonly system: ActorSystem
  readonly driver: TestDriver
  readonly network: MemoryNetwork
  #parts!: ThreadsParts
  #table!: SimulatedTable
  #intercept: Intercept | null = null
  readonly #left: string[] = []

  constructor(time: VirtualTime, { seed, linkCapacity, ports, ...options }: SimulationOptions) {
    const random = seededRandom(seed)
    this.seed = seed
    this.time = time
    this.random = random
    this.network = new MemoryNetwork(time, random, linkCapacity)
    const world: World = { ...nodeWorld({ log: options.log, random, clock: time, hold: () => undefined }), scheduler: time, ...ports }
    this.system = assembleSystem(
      world,
      { id: randomHex(seededRandom(seed), 32), ...options },
      {
        extras: simulatedExtras(random),
        threads: (parts) => {
          this.#parts = parts
          this.#table = new SimulatedTable(parts, this.network, this)
          return this.#table
        },
        offloader: (core) => new InlineOffloader(core),
      },
    )
    this.driver = new TestDriver(() => this.quiet, time, seed)
  }

  onBoot(core: Core): void {
    core.intercept = this.#intercept
  }

  onClose(core: Core): void {
    this.#left.push(...leftIn(core))
  }

  /** What the simulated threads still had when the system ended them. */
  get left(): readonly string[] {
    return this.#left
  }

  /** Nothing is ready to happen at this moment. */
  get quiet(): boolean {
    return this.network.quiet && this.cores.every(isQuiet)
  }

  /** Of thread 0 and of the simulated threads that run. */
  get cores(): readonly Core[] {
    return [this.system.core, ...this.#table.living.filter(({ up }) => up).map(({ runtime }) => runtime.core)]
  }

  /** What all its threads count in. */
  get counts(): Pick<ThreadsParts, 'counts' | 'ledger'> {
    return this.#parts
  }

  /** The simulated threads that live. */
  get threads(): readonly MemoryThread[] {
    return this.#table.living
  }

  /** Who sees each message before its mailbox does, in all threads. */
  set intercept(intercept: Intercept) {
    this.#intercept = intercept
    for (const core of this.cores) core.intercept = intercept
  }

  /**
   * Ends a simulated thread as the death of a worker thread does.
   *
   * @throws Error when there is none of that number
   */
  killThread(thread: number): void {
    if (thread === 0) throw new Error('killThread(): thread 0 is the one that has made the system, which ends with it; give another')
    this.#table.kill(thread)
  }
}
