import { within } from '../actors/kernel/alarm.js'
import { quote } from '../actors/quote.js'
import type { SystemState, SystemStopOptions } from '../actors/system-type.js'
import { endAsked } from '../actors/turns/early-end.js'
import type { WorkerControl } from './threads/control.js'
import type { ThreadRuntime } from './threads/thread-runtime.js'
import type { Threads } from './threads/threads.js'

/** How long the functions of `onStopping` may take, all together. */
const BEFORE_LIMIT_MS = 30_000
/** How long the actors of all threads may take to stop, beyond what they may drain. */
const ACTORS_LIMIT_MS = 10_000
/** How long threads and processes that run tasks may take to end. */
const OFFLOADS_LIMIT_MS = 5000
/** How long what threads had said before they ended may take to arrive. */
const LAST_WORDS_LIMIT_MS = 1000

/** How a system ends: functions first, then actors, then threads. Ends within its limits whatever hangs. */
export class Shutdown {
  readonly #runtime: ThreadRuntime
  readonly #threads: Threads
  readonly #before = new Set<(reason: string) => unknown>()
  #stopping: Promise<void> | null = null
  #state: SystemState = 'running'

  constructor(runtime: ThreadRuntime, threads: Threads) {
    this.#runtime = runtime
    this.#threads = threads
  }

  get state(): SystemState {
    return this.#state
  }

  before(run: (reason: string) => unknown): Disposable {
    this.#before.add(run)
    return { [Symbol.dispose]: () => void this.#before.delete(run) }
  }

  /** Every caller gets the same promise. */
  stop(options: SystemStopOptions): Promise<void> {
    const { drainMs = 0 } = options
    if (!(typeof drainMs === 'number' && drainMs >= 0))
      return Promise.reject(new TypeError(`stop(): drainMs is ${quote(drainMs)}; give milliseconds, 0 or more`))
    if (this.#stopping !== null) return this.#stopping
    this.#state = 'stopping'
    // A function of `onStopping` may ask again.
    this.#stopping = Promise.resolve().then(() => this.#stop(drainMs))
    return this.#stopping
  }

  async #stop(drainMs: number): Promise<void> {
    const { core } = this.#runtime
    core.retain()
    try {
      await this.#runBefore()
      core.spawner.close()
      await this.#stopActors(drainMs)
      await Promise.all([within(core, core.offloader.close(), OFFLOADS_LIMIT_MS), this.#threads.close()])
      await this.#hearLast()
    } finally {
      this.#runtime.close()
      this.#state = 'stopped'
      endAsked(core, core.root.life)
      core.release()
      core.close()
    }
  }

  /** What the threads said before they ended: the answers to calls are among it. */
  async #hearLast(): Promise<void> {
    const runtime = this.#runtime
    const ends = runtime.connections.map(({ ended }) => ended)
    await within(runtime.core, Promise.allSettled(ends), LAST_WORDS_LIMIT_MS)
  }

  async #runBefore(): Promise<void> {
    const { core } = this.#runtime
    const runs = [...this.#before].map(async (run) => {
      try {
        await run('stop')
      } catch (error) {
        core.world.log.error('a function given to onStopping failed', { error })
      }
    })
    const outcome = await within(core, Promise.all(runs), BEFORE_LIMIT_MS)
    if (outcome === 'late')
      core.world.log.warn(`functions given to onStopping took longer than ${BEFORE_LIMIT_MS} ms; they were left behind`)
  }

  /** Actors of all threads side by side; a thread that does not answer is ended with what it runs. */
  async #stopActors(drainMs: number): Promise<void> {
    const runtime = this.#runtime
    runtime.flush()
    const threads = runtime.connections.map((connection) => {
      const frames = connection.peer.link.sent
      return runtime.ask(connection, (control) => (control as WorkerControl).shutdown(drainMs, frames)).catch(() => undefined)
    })
    const outcome = await within(runtime.core, Promise.all([runtime.shutdown(drainMs), ...threads]), drainMs + ACTORS_LIMIT_MS)
    if (outcome === 'late')
      runtime.core.world.log.warn(`some actors did not stop within ${drainMs + ACTORS_LIMIT_MS} ms; their threads are ended`)
  }
}
