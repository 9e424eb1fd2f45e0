import { within } from '../actors/kernel/alarm.js'
import { quote } from '../actors/quote.js'
import type { SystemState, SystemStopOptions } from '../actors/system-type.js'
import { endAsked } from '../actors/turns/early-end.js'
import { slotOf } from '../base/ids.js'
import type { Connection } from './threads/connection.js'
import type { WorkerControl } from './threads/control.js'
import { type SharedCounts, vitalsIn } from './threads/shared-counts.js'
import type { ThreadRuntime } from './threads/thread-runtime.js'
import type { Threads } from './threads/threads.js'
import { MAX_NAMES, printUnstopped, type Unstopped, unstoppedIn } from './unstopped.js'
import { printTurn } from './watch/hold-text.js'
import { Lookout } from './watch/lookout.js'
import { nameTurn } from './watch/turn-names.js'

/** How long the functions of `onStopping` may take, all together. */
const BEFORE_LIMIT_MS = 30_000
/** How long the actors of all threads may take to stop, beyond what they may drain. */
const ACTORS_LIMIT_MS = 10_000
/** How long threads and processes that run tasks may take to end. */
const OFFLOADS_LIMIT_MS = 5000
/** How long a thread may take to tell what has not stopped: one that is held does not answer. */
const ANSWER_LIMIT_MS = 500
/** A thread that has been loading for so long is worth a word. */
const LONG_LOAD_MS = 1000
/** How long what threads had said before they ended may take to arrive. */
const LAST_WORDS_LIMIT_MS = 1000

/** What is to end. */
export interface ShutdownParts {
  readonly runtime: ThreadRuntime
  readonly threads: Threads
  readonly counts: SharedCounts
}

/** How a system ends: functions first, then actors, then threads. Ends within its limits whatever hangs. */
export class Shutdown {
  readonly #runtime: ThreadRuntime
  readonly #threads: Threads
  readonly #counts: SharedCounts
  readonly #before = new Set<(reason: string) => unknown>()
  #stopping: Promise<void> | null = null
  #state: SystemState = 'running'

  constructor({ runtime, threads, counts }: ShutdownParts) {
    this.#runtime = runtime
    this.#threads = threads
    this.#counts = counts
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
      this.#endStarting()
      await this.#stopActors(drainMs)
      await Promise.all([within(core, core.offloader.close(), OFFLOADS_LIMIT_MS), this.#threads.close()])
      await this.#hearLast()
    } finally {
      this.#runtime.close()
      this.#state = 'stopped'
      endAsked(core, core.root.life)
      core.release()
      // Links tell the other side of all that has ended before they end.
      await core.close()
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
    const left = new Set(this.#before)
    const runs = [...left].map(async (run) => {
      try {
        await run('stop')
      } catch (error) {
        core.world.log.error(`${functionName(run)} given to onStopping failed`, { error })
      }
      left.delete(run)
    })
    if ((await within(core, Promise.all(runs), BEFORE_LIMIT_MS)) !== 'late') return
    const names = [...left].map(functionName)
    const text = printUnstopped([{ names: names.slice(0, MAX_NAMES), count: names.length }])
    core.world.log.warn(`${text} given to onStopping took longer than ${BEFORE_LIMIT_MS} ms; left behind`)
  }

  /** Threads that have yet to load have no actors, and are not waited for. */
  #endStarting(): void {
    for (const { label, moduleUrl, forMs } of this.#threads.endStarting()) {
      const text = `${label} was still loading ${moduleUrl} after ${(forMs / 1000).toFixed(1)} s; it is ended`
      if (forMs >= LONG_LOAD_MS) this.#runtime.core.world.log.warn(text)
    }
  }

  /** Actors of all threads side by side; a thread that does not answer is ended with what it runs. */
  async #stopActors(drainMs: number): Promise<void> {
    const runtime = this.#runtime
    runtime.flush()
    const left = new Set(runtime.connections)
    const threads = [...left].map(async (connection) => {
      const frames = connection.peer.link.sent
      await runtime.ask(connection, (control) => (control as WorkerControl).shutdown(drainMs, frames)).catch(() => undefined)
      left.delete(connection)
    })
    const limitMs = drainMs + ACTORS_LIMIT_MS
    const outcome = await within(runtime.core, Promise.all([runtime.shutdown(drainMs), ...threads]), limitMs)
    if (outcome === 'late') await this.#tellUnstopped([...left], limitMs)
  }

  async #tellUnstopped(connections: readonly Connection[], limitMs: number): Promise<void> {
    const { core } = this.#runtime
    const there = await Promise.all(connections.map((connection) => this.#unstoppedThere(connection)))
    const text = printUnstopped([unstoppedIn(core), ...there])
    core.world.log.warn(`not stopped within ${limitMs} ms, and ended with their threads: ${text || 'nothing that could be named'}`)
  }

  async #unstoppedThere(connection: Connection): Promise<Unstopped> {
    const runtime = this.#runtime
    const { thread } = connection.peer
    const asked = runtime.ask(connection, (control) => (control as WorkerControl).unstopped())
    const told = await within(runtime.core, asked, ANSWER_LIMIT_MS).catch(() => null)
    if (told === null) return { names: [], count: 0 }
    if (told !== 'late') return { ...told, names: told.names.map((name) => `${name} on thread ${slotOf(thread)}`) }
    const lookout = new Lookout(vitalsIn(this.#counts, slotOf(thread)), runtime.core.world.text)
    const { current } = lookout
    const holder = current === null ? '' : `, held by ${printTurn(nameTurn(runtime.core, thread, lookout, current))}`
    return { names: [`thread ${slotOf(thread)}${holder}`], count: 1 }
  }
}

function functionName({ name }: { readonly name: string }): string {
  return name === '' ? 'a function' : `function ${name}`
}
