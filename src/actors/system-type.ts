/** The types of a system: what a program holds, and the options that make one. */

import type { Clock, Logger, Random } from '../base/world.js'
import type { Agent } from './agent-type.js'
import type { ActorDefinition, Definition } from './definition-type.js'
import type { DeadLetter } from './kernel/dead-letters.js'
import type { RemoteOf } from './remote-type.js'
import type { Subscription } from './report-type.js'
import type { LightSpawnArgs, PoolArgs, PoolOf, ProcessFacts, SpawnArgs } from './self-type.js'

/** Which messages are checked against their contract: all, those that come from another process or are untyped, or none. */
export type Validate = 'always' | 'boundary' | 'never'

/** Limits of the worker threads' memory, as `node:worker_threads` takes them; in megabytes. */
export interface ThreadLimits {
  readonly maxOldGenerationSizeMb?: number
  readonly maxYoungGenerationSizeMb?: number
  readonly codeRangeSizeMb?: number
  readonly stackSizeMb?: number
}

/** How a system is made. */
export interface SystemOptions {
  readonly name?: string
  /** Worker threads beside thread 0, 0 to 256; `'auto'`, the default, is the number of usable cores, `0` runs everything inline. */
  readonly threads?: number | 'auto'
  /** Identity of the process; made up by default. */
  readonly id?: string
  /** The audience of services that name none; `'*'` by default. */
  readonly audience?: string
  /** The deadline of calls that have no other, in milliseconds; 5000 by default. */
  readonly timeoutMs?: number
  /** `'boundary'` by default. */
  readonly validate?: Validate
  /** Encodes and decodes messages within a thread too. */
  readonly strict?: boolean
  /** Passes references, not copies, to services of the same thread. */
  readonly share?: boolean
  readonly log?: Logger
  readonly clock?: Clock
  readonly random?: Random
  readonly resourceLimits?: ThreadLimits
  /**
   * Shared memory that the rings between threads may take, all together, in bytes; 64 MiB by default, about 160 kB for each pair of
   * threads that talk. Pairs beyond it, and with `0` all of them, talk over message ports.
   */
  readonly maxRingBytes?: number
  /**
   * How long an actor may hold its thread, in milliseconds, before a warning names it and its method; 1000 by default, `Infinity` or
   * `false` for never. The warning comes again at twice the time.
   */
  readonly blockedWarnMs?: number | false
  /** How long a worker thread may be held, in milliseconds, before it is ended, as if it had died; never by default. */
  readonly blockedEndMs?: number | false
}

/** How a system stops at a signal. */
export interface SignalOptions extends SystemStopOptions {
  /** `false`: you end the process. True by default. */
  readonly exit?: boolean
}

/** How a system is stopped. */
export interface SystemStopOptions {
  /** How long queued messages may still run, in milliseconds. */
  readonly drainMs?: number
}

/** Counts of messages. */
export interface MessageCounts {
  readonly actors: number
  /** Messages that wait in mailboxes. */
  readonly mailboxDepth: number
  readonly sent: number
  readonly delivered: number
  /** By reason. */
  readonly dropped: Readonly<Record<string, number>>
  /** Messages that have left their sender and have not arrived: on their way to another thread, or waiting for room to it. */
  readonly inFlight: number
}

/**
 * How a thread is. It measures that itself, twice a second while something happens and every four seconds while nothing does; all
 * 0 where no thread runs, and in a test system.
 */
export interface ThreadHealth {
  /** The longest time, in the last five to ten seconds, for which the event loop did not come round when it was to. */
  readonly eventLoopDelayMs: number
  /** The share of that time in which it was busy: 0 to 1. */
  readonly eventLoopUtilization: number
  readonly heapUsedBytes: number
  /** What the heap may grow to: `resourceLimits`, or what Node chose. */
  readonly heapLimitBytes: number
}

/** Counts of one thread, and how it is. */
export interface ThreadStats extends MessageCounts, ThreadHealth {
  readonly thread: number
}

/** Counts of what went from one thread to another since the system began, whatever threads have had those numbers. */
export interface LinkStats {
  readonly from: number
  readonly to: number
  readonly sent: number
  readonly received: number
  /** Never arrived, since one of the two ended; counted as dropped by `from`. */
  readonly lost: number
}

/** A snapshot of a system. Once nothing is on its way: sent = delivered + dropped + mailboxDepth. */
export interface SystemStats {
  readonly threads: readonly ThreadStats[]
  readonly links: readonly LinkStats[]
  readonly totals: MessageCounts
}

/** The life of a system, which never goes back. */
export type SystemState = 'running' | 'stopping' | 'stopped'

/**
 * A system of actors: the threads of one process, and what runs on them.
 *
 * - **Ownership**: it owns its threads and actors; `stop` or `await using` ends them, a second time does nothing.
 *
 * @example
 * ```ts
 * await using system = await createSystem({ name: 'demo' })
 * const math = await system.spawn(MathService, { init: { limit: 1e9 } })
 * console.log(await math.multiply(2, 3))
 * ```
 */
export interface System extends Agent, AsyncDisposable {
  readonly name: string
  /** Worker threads beside thread 0. */
  readonly threads: number
  readonly process: ProcessFacts
  readonly state: SystemState
  /** Of a light actor the remote is there at once and messages wait for `setup`. */
  spawn<F, I>(definition: ActorDefinition<F, I>, ...options: LightSpawnArgs<I>): RemoteOf<F, Record<string, unknown>>
  /**
   * A service, or an actor that can live on other threads; on the least loaded one unless `host` says otherwise. Resolves when its
   * `setup` has ended and it can be looked up.
   *
   * - **Errors**: rejects with what its `setup` throws, with the error of a module that does not load, and at `timeoutMs`.
   */
  spawn<F, R, E, I>(definition: Definition<F, R, E, I, 'service' | 'actor'>, ...options: SpawnArgs<I>): Promise<RemoteOf<F, R, E>>
  /** One service under one name, with `size` workers behind it. */
  pool<F, R, E, I>(definition: Definition<F, R, E, I, 'service' | 'actor'>, options: PoolArgs<F, I>): Promise<PoolOf<F, R, E>>
  /**
   * Runs what `onStopping` took, then stops intake, drains, withdraws services and ends actors, children first, then threads.
   * Every caller gets the same promise.
   */
  stop(options?: SystemStopOptions): Promise<void>
  /**
   * Hears of messages that are not delivered, on whatever thread, with the reason: what `stats()` only counts.
   *
   * - **Back-pressure**: 1000 wait at most, and each thread passes on 1000 a second; `missed` counts those in between.
   */
  deadLetters(listener: (letter: DeadLetter & { readonly missed: number }) => unknown): Subscription<DeadLetter>
  /** Runs before anything stops; awaited, for up to 30 seconds. */
  onStopping(run: (reason: string) => unknown): Disposable
  /**
   * Stops the system at SIGINT or SIGTERM, then raises the signal again, so that the exit code is right; a second signal ends the
   * process at once.
   *
   * - **Errors**: throws in a worker thread, which no signal reaches.
   */
  stopOnSignals(options?: SignalOptions): Disposable
  /**
   * Counts of all threads, read from memory that they share: no thread is asked.
   *
   * - **Delivery**: `sent` is `delivered` plus `dropped` plus `mailboxDepth` whenever nothing is on its way between threads.
   */
  stats(): SystemStats
}
