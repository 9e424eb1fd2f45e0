import { AgentVerbs } from '../actors/facade/agent.js'
import { spawn } from '../actors/facade/spawning.js'
import type { Life } from '../actors/kernel/cell.js'
import type { Core } from '../actors/kernel/core.js'
import type { DeadLetter } from '../actors/kernel/dead-letters.js'
import { parseOptions, signalOptions } from '../actors/options.js'
import { createPool } from '../actors/pool/pool.js'
import { quote } from '../actors/quote.js'
import type { ProcessFacts } from '../actors/self-type.js'
import type { SignalOptions, SystemState, SystemStats, SystemStopOptions } from '../actors/system-type.js'
import { EXCHANGE_PORT, type ExchangePort } from '../router/exchange-port.js'
import { ThreadExchangePort } from './abroad/thread-exchange-port.js'
import { LetterBox } from './letter-box.js'
import { Shutdown } from './shutdown.js'
import { stopAtSignals } from './signal-stop.js'
import { readStats } from './stats.js'
import type { LinkLedger } from './threads/link-ledger.js'
import type { SharedCounts } from './threads/shared-counts.js'
import type { ThreadRuntime } from './threads/thread-runtime.js'
import type { Threads } from './threads/threads.js'

export interface SystemParts {
  readonly runtime: ThreadRuntime
  readonly threads: Threads
  readonly counts: SharedCounts
  readonly ledger: LinkLedger
}

/** What `createSystem` returns; its types are those of `System`. */
export class ActorSystem {
  readonly #parts: SystemParts
  readonly #agent: AgentVerbs
  readonly #life: Life
  readonly #shutdown: Shutdown
  readonly #letters: LetterBox
  #exchangePort: ExchangePort | null = null

  constructor(parts: SystemParts) {
    const { core } = parts.runtime
    this.#parts = parts
    this.#life = core.root.life as Life
    this.#agent = new AgentVerbs(core, this.#life)
    this.#shutdown = new Shutdown(parts)
    this.#letters = new LetterBox(core, parts.counts.listening, (count) => parts.threads.listening(count))
    parts.runtime.onLetter = (letter, missed) => this.#letters.take(letter, missed)
  }

  /** What exchanges are built on. */
  get [EXCHANGE_PORT](): ExchangePort {
    this.#exchangePort ??= new ThreadExchangePort(this.#parts.runtime)
    return this.#exchangePort
  }

  get process(): ProcessFacts {
    return this.#core.facts.process
  }

  get name(): string {
    return this.#core.facts.name
  }

  get threads(): number {
    return this.#core.facts.threads
  }

  get state(): SystemState {
    return this.#shutdown.state
  }

  spawn(definition: unknown, options?: unknown): object {
    this.#mustRun('spawn()')
    return spawn(this.#core, this.#life, definition, options, 'auto')
  }

  pool(definition: unknown, options: unknown): Promise<object> {
    this.#mustRun('pool()')
    return createPool(this.#core, this.#life, definition, options)
  }

  lookup(target: unknown, options?: object): Promise<object> {
    return this.#agent.lookup(target, options)
  }

  tryLookup(target: unknown): object | undefined {
    return this.#agent.tryLookup(target)
  }

  subscribe(target: unknown, pattern: unknown, ...rest: readonly unknown[]): object {
    return this.#agent.subscribe(target, pattern, ...rest)
  }

  announcements(filter: unknown, ...rest: readonly unknown[]): object {
    return this.#agent.announcements(filter, ...rest)
  }

  watch(target: unknown, listener: unknown): object {
    return this.#agent.watch(target, listener)
  }

  lookupAll(filter: unknown): readonly object[] {
    return this.#agent.lookupAll(filter)
  }

  client(target: unknown, options?: object): object {
    return this.#agent.client(target, options)
  }

  call(target: unknown, method: unknown, args: unknown, options?: object): Promise<unknown> {
    return this.#agent.call(target, method, args, options)
  }

  offload(task: unknown, args: unknown, options?: unknown): Promise<unknown> {
    return this.#agent.offload(task, args, options)
  }

  stats(): SystemStats {
    return readStats(this.#core, this.#parts.counts, this.#parts.ledger)
  }

  deadLetters(listener: unknown): object {
    return this.#letters.listen(listener)
  }

  onStopping(run: (reason: string) => unknown): Disposable {
    if (typeof run !== 'function')
      throw new TypeError(`onStopping(): ${quote(run)} is not a function; give what is to run before the system stops`)
    return this.#shutdown.before(run)
  }

  stopOnSignals(options?: unknown): Disposable {
    const { drainMs, exit = true }: SignalOptions = parseOptions(signalOptions, options, 'stopOnSignals()')
    const order = drainMs === undefined ? {} : { drainMs }
    return stopAtSignals({ log: this.#core.world.log, exit, stop: () => this.stop(order) })
  }

  stop(options: SystemStopOptions = {}): Promise<void> {
    return this.#shutdown.stop(options)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  /** For the parts of this package that are built on a system. */
  get core(): Core {
    return this.#core
  }

  /** Lets `take` have each dead letter at once, besides those who listen. */
  recordLetters(take: (letter: DeadLetter, missed: number) => void): void {
    this.#letters.record(take)
  }

  /** How much thread 0 keeps of services and reports. */
  get sizes(): ThreadRuntime['router']['sizes'] {
    return this.#parts.runtime.router.sizes
  }

  get #core(): Core {
    return this.#parts.runtime.core
  }

  #mustRun(verb: string): void {
    if (this.state !== 'running') throw new Error(`${verb}: the system "${this.name}" is ${this.state}; make a new one with createSystem()`)
  }
}
