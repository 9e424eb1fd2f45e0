/** The system of a simulation, and its threads through all their lives. */

import type { Core } from '../../src/actors/kernel/core.js'
import { slotOf, type ThreadKey } from '../../src/base/ids.js'
import type { AsyncContext, Logger } from '../../src/base/world.js'
import { nodeWorld } from '../../src/runtime/node-world.js'
import { Simulation } from '../../src/testing/simulation.js'
import type { MemoryThread } from '../../src/testing/threads/memory-thread.js'
import { VirtualTime } from '../../src/testing/virtual-time.js'

/** One for all: each that has ever been used makes every promise of the realm slower. */
const { context }: { context: AsyncContext } = nodeWorld({ hold: () => undefined })

/** One life of a thread. */
export interface Thread {
  readonly key: ThreadKey
  readonly slot: number
  readonly alive: boolean
}

/** A thread that runs. */
export interface RunningThread extends Thread {
  readonly core: Core
}

export interface WorldOptions {
  readonly seed: number
  readonly log: Logger
  /** Threads beside thread 0. */
  readonly threads: number
  readonly timeoutMs: number
  readonly linkCapacity: number
}

export class World {
  readonly simulation: Simulation
  readonly main: RunningThread
  readonly #known = new Map<string, Thread>()
  readonly #blocked = new Set<MemoryThread>()

  constructor(options: WorldOptions) {
    const ports = { context }
    this.simulation = new Simulation(new VirtualTime(1e12), {
      ...options,
      name: 'simulated',
      id: 'simulated',
      strict: true,
      validate: 'always',
      ports,
    })
    this.main = { key: '0' as ThreadKey, slot: 0, alive: true, core: this.simulation.system.core }
    this.#known.set('0', this.main)
  }

  get time(): VirtualTime {
    return this.simulation.time
  }

  get running(): readonly RunningThread[] {
    const others = this.simulation.threads.filter(({ up }) => up)
    return [this.main, ...others.map(({ key, slot, alive, runtime }) => ({ key, slot, alive, core: runtime.core }))]
  }

  /** Threads that can die: those that run and those that start. */
  get mortal(): readonly Thread[] {
    return this.simulation.threads
  }

  /** Nothing is on its way, no message waits for its turn. */
  get quiet(): boolean {
    return this.simulation.quiet
  }

  /** The life of a thread whose key an address has. */
  at(key: string): Thread {
    const known = this.#known.get(key) ?? this.simulation.threads.find((thread) => thread.key === key)
    const thread = known ?? { key: key as ThreadKey, slot: slotOf(key as ThreadKey), alive: false }
    this.#known.set(key, thread)
    return thread
  }

  /** Whether a thread takes another for alive. */
  lives(one: Thread, by: Thread): boolean {
    const thread = this.running.find(({ key }) => key === by.key)
    return thread?.core.delivery.lives(one.key) !== false
  }

  kill({ slot, alive }: Thread): void {
    if (alive && slot > 0) this.simulation.killThread(slot)
  }

  /** A thread takes nothing in for so long; it is drawn with `index`. */
  block(index: (below: number) => number, ms: number): void {
    const { threads } = this.simulation
    const thread = threads[index(threads.length)]
    if (thread === undefined || this.#blocked.has(thread)) return
    this.#blocked.add(thread)
    thread.block(true)
    this.time.timer(ms, () => {
      this.#blocked.delete(thread)
      thread.block(false)
    })
  }
}
