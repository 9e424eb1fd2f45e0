import { treeOf } from '../../actors/kernel/cell.js'
import type { Core } from '../../actors/kernel/core.js'
import { slotOf, type ThreadKey } from '../../base/ids.js'
import { randomIndex } from '../../base/random.js'
import type { Random, Scheduler, World } from '../../base/world.js'
import { InlineOffloader } from '../../runtime/offload/inline-offloader.js'
import { type CoreExtras, type HostedThread, type HostedThreadParts, hostThread } from '../../runtime/threads/hosted-thread.js'
import { abandonCounters } from '../../runtime/threads/shared-counts.js'
import type { ThreadRuntime } from '../../runtime/threads/thread-runtime.js'
import type { MemoryEnd } from './memory-pair.js'

/** Messages of a slice: the clock stands still while they run. */
const SLICE_MESSAGES = 1000

/** Whether nothing waits for a turn in a thread. */
export function isQuiet({ dispatcher, offloader }: Core): boolean {
  return dispatcher.quiet && offloader.quiet
}

/** What every simulated core goes by: the seed decides whose turn it is. */
export function simulatedExtras(random: Random): Required<CoreExtras> {
  return { pick: (waiting) => randomIndex(random, waiting), sliceMessages: SLICE_MESSAGES, keepsFars: true }
}

/** What a simulated thread is made of. */
export type MemoryThreadParts = Omit<HostedThreadParts<MemoryEnd>, 'open' | 'offloader' | 'past'>

/**
 * A simulated thread. It is what a worker thread of a system is: a whole runtime with its own replica of the registry, table of pending
 * calls, dispatcher and timers, which shares no objects with the others. But all are in one realm: what one sends another is encoded
 * into frames that wait in memory until the simulation hands them on, how many at a time being drawn from the seed. One virtual clock
 * and one source of random numbers serve all, so the same seed gives the same run on the same version of Node, and a thread can die
 * between any two frames.
 */
export class MemoryThread {
  readonly key: ThreadKey
  readonly slot: number
  readonly #parts: MemoryThreadParts
  readonly #scheduler: MortalScheduler
  readonly #ends = new Set<MemoryEnd>()
  #hosted: HostedThread<MemoryEnd> | null = null
  #alive = true

  constructor(parts: MemoryThreadParts) {
    this.#parts = parts
    this.key = parts.thread
    this.slot = slotOf(parts.thread)
    this.#scheduler = new MortalScheduler(parts.world.scheduler)
  }

  get alive(): boolean {
    return this.#alive
  }

  /** What runs in it; there once it has booted. */
  get runtime(): ThreadRuntime {
    if (this.#hosted === null) throw new Error(`thread ${this.slot} has not booted yet; this is a defect of troupe`)
    return this.#hosted.runtime
  }

  /** It lives and has booted. */
  get up(): boolean {
    return this.#alive && this.#hosted !== null
  }

  /** One end of a pair is its own from here on, and ends with it. */
  own(end: MemoryEnd): void {
    this.#ends.add(end)
  }

  /** Its code is loaded: it begins to run. `past` are threads that have ended, the newest of their slots. */
  boot(past: readonly ThreadKey[]): HostedThread<MemoryEnd> {
    const world: World = { ...this.#parts.world, scheduler: this.#scheduler }
    const open = (end: MemoryEnd) => end.toWay()
    this.#hosted = hostThread({ ...this.#parts, past, world, open, offloader: ({ core }) => new InlineOffloader(core) })
    return this.#hosted
  }

  /** Blocked it takes nothing in, as one that computes. */
  block(isBlocked: boolean): void {
    for (const end of this.#ends) end.hold(isBlocked)
  }

  /**
   * Ends it between two instructions. `abruptly`: of what it has sent a beginning arrives, of each channel as much as the seed says;
   * else all that has left it.
   */
  die(abruptly: boolean): void {
    if (!this.#alive) return
    this.#alive = false
    this.#scheduler.die()
    for (const end of this.#ends) end.die(abruptly)
    abandonCounters(this.#parts.counts, this.slot)
    if (this.#hosted !== null) bury(this.#hosted.runtime.core)
  }
}

/**
 * The code of a dead thread may still run as far as it waits for something outside of the simulation; nothing that it does with
 * the system from here on has an effect.
 */
function bury(core: Core): void {
  for (const cell of treeOf(core.root)) {
    cell.life.dead = true
    cell.onStart = cell.goneListeners = null
  }
}

/** What a thread has begun ends with it. */
class MortalScheduler implements Scheduler {
  readonly #scheduler: Scheduler
  readonly #timers = new Set<() => void>()
  #alive = true

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
  }

  timer(delayMs: number, run: () => void): () => void {
    const cancel = this.#scheduler.timer(delayMs, () => {
      this.#timers.delete(cancel)
      run()
    })
    this.#timers.add(cancel)
    return () => {
      this.#timers.delete(cancel)
      cancel()
    }
  }

  macrotask(run: () => void): void {
    this.#scheduler.macrotask(() => this.#alive && run())
  }

  microtask(run: () => void): void {
    this.#scheduler.microtask(() => this.#alive && run())
  }

  die(): void {
    this.#alive = false
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
  }
}
