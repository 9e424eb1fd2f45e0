/** The types of what an actor can do: `self`. */

import type { ServiceFailure } from '../base/failures.js'
import type { Logger } from '../base/world.js'
import type { LightSpawnOptions, PoolOptions, SpawnOptions } from './actor-options.js'
import type { Agent, CronOptions } from './agent-type.js'
import type { ActorDefinition, Definition } from './definition-type.js'
import type { AnyActor, Carrier, Nothing, RemoteOf, Single, Untyped, Verbs } from './remote-type.js'
import type { Publishable, PublishValue, Subscription, SubscriptionChange } from './report-type.js'
import type { Request } from './request-type.js'

/** One process of a system. */
export interface ProcessFacts {
  readonly id: string
  /** Differs each time a process of this id starts. */
  readonly incarnation: string
  readonly host: string
  readonly pid: number
}

/** What an actor may know about its system. */
export interface SystemFacts {
  readonly name: string
  readonly process: ProcessFacts
  /** Worker threads beside thread 0. */
  readonly threads: number
}

/** Why an actor ended. */
export type EndReason = 'stopped' | 'crashed' | 'unreachable' | 'drained' | 'replaced'

/** Why an actor stops: one of ours, or what it said itself. */
export type StopReason = EndReason | (string & Nothing)

type InitArgs<Options, I> = undefined extends I ? [options?: Options] : [options: Options & { readonly init: I }]

/** What `spawn` takes after a definition: `init` must be there when `setup` asks for one. */
export type SpawnArgs<I> = InitArgs<SpawnOptions<I>, I>

/** What `spawn` takes after the definition of a light actor. */
export type LightSpawnArgs<I> = InitArgs<LightSpawnOptions<I>, I>

/** What `pool` takes after a definition. */
export type PoolArgs<F, I> = PoolOptions<F, I> & (undefined extends I ? unknown : { readonly init: I })

type Settled<Fn> = Fn extends (...args: infer A) => Promise<infer Result>
  ? (...args: A) => Promise<readonly PromiseSettledResult<Result>[]>
  : never

/** The verbs of a remote, and those of a pool. */
export interface PoolVerbs<F, R = unknown, E = unknown> extends Verbs<F, R, E> {
  /** Asks every worker. */
  readonly all: { readonly [K in keyof F as Single<F, K>]: Settled<F[K]> }
  readonly size: number
  /** Adds workers, or stops the last ones once they are idle. */
  resize(size: number): Promise<void>
}

/**
 * A remote with workers behind it: what `pool` resolves to.
 *
 * - **Back-pressure**: with route `'idle'` messages wait in the pool, as many as its mailbox holds.
 */
export type PoolOf<F, R = Nothing, E = Nothing> = { readonly [K in keyof F]: F[K] } & { readonly $: PoolVerbs<F, R, E> }

type FailureArgs<Data> = undefined extends Data ? [data?: Data, description?: string] : [data: Data, description?: string]

/** What an actor can do, from the functions, reports and errors of its contract. */
export interface SelfOf<F, R = Nothing, E = Nothing> extends Agent {
  readonly name: string
  readonly audience: string
  readonly groups: readonly string[]
  /** `agent@process`: stable over restarts and equal seen from anywhere. */
  readonly id: string
  readonly address: string
  /** Its own remote, to hand out. */
  readonly remote: RemoteOf<F, R, E>
  readonly system: SystemFacts
  readonly thread: number
  /** Aborts when this actor stops or restarts. */
  readonly signal: AbortSignal
  readonly log: Logger
  /** The request of the method that runs; throws outside a method. */
  readonly request: Request
  /** A child, supervised by this actor; of a light one the remote is there at once and messages wait for `setup`. */
  spawn<F2, I>(definition: ActorDefinition<F2, I>, ...options: LightSpawnArgs<I>): RemoteOf<F2, Record<string, unknown>>
  /**
   * A child that may live on another thread; in this one unless `host` says otherwise.
   *
   * - **Errors**: rejects with what its `setup` throws, with the error of a module that does not load, and at `timeoutMs`.
   */
  spawn<F2, R2, E2, I>(definition: Definition<F2, R2, E2, I, 'service' | 'actor'>, ...options: SpawnArgs<I>): Promise<RemoteOf<F2, R2, E2>>
  /** One service under one name, with `size` workers behind it; supervised by this actor. */
  pool<F2, R2, E2, I>(definition: Definition<F2, R2, E2, I, 'service' | 'actor'>, options: PoolArgs<F2, I>): Promise<PoolOf<F2, R2, E2>>
  /**
   * Runs `run` once, as a turn, after `ms` milliseconds; returns its key.
   *
   * - **Ownership**: a timer of the same key replaces it; it is gone when the actor stops or restarts.
   */
  after(ms: number, run: () => unknown, key?: string): string
  /** Runs `run` each `ms` milliseconds as a turn; never overlaps itself, skips what it missed. */
  every(ms: number, run: () => unknown, key?: string): string
  /** Runs `run` once at a moment: a date, or milliseconds since the epoch. */
  at(moment: Date | number, run: () => unknown, key?: string): string
  /**
   * Runs `run` at each moment of a cron expression: minute, hour, day of month, month, weekday, with seconds before them
   * and a year after them if wanted.
   *
   * - **Ordering**: a turn; never overlaps itself, skips what falls due while it runs.
   * - **Errors**: throws a TypeError when the expression cannot be read. One that has no next moment ends.
   *
   * @example
   * ```ts
   * self.cron('0 3 * * 1-5', () => report(), 'nightly', { timezone: 'Europe/Berlin' })
   * ```
   */
  cron(spec: string, run: () => unknown, key?: string, options?: CronOptions): string
  /** Takes a timer away; tells whether there was one. */
  cancelTimer(key: string): boolean
  /**
   * Publishes a value to every subscription that matches.
   *
   * - **Delivery**: one copy for each subscription that stands; with a lifetime it is kept, the newest of each subject, for who
   *   subscribes later: `Infinity` for ever, n for n milliseconds, 0 (the default) not, and forgets what was kept.
   * - **Errors**: throws RequestEncodingError when the value cannot be sent, TypeError for a subject that the contract does not know.
   */
  publish<const S extends string>(
    subject: S & Publishable<R, S>,
    value: PublishValue<R, S>,
    options?: { readonly lifetimeMs?: number },
  ): void
  /** Sends a report to one agent that has subscribed to this actor, and keeps nothing; false when it has not. */
  sendReport<const S extends string>(to: AnyActor, subject: S & Publishable<R, S>, value: PublishValue<R, S>): boolean
  /** Forgets reports that are kept, of subjects that match and at least `ageMs` old; returns how many. */
  expireReports(pattern: string, ageMs?: number): number
  /** Hears who subscribes to this actor, those who have already and every change. */
  onSubscription(listener: (change: SubscriptionChange) => unknown): Subscription<SubscriptionChange>
  /** Resolves when lookups here show it; a second time does nothing. Left again by a restart. */
  joinGroup(group: string): Promise<void>
  /** Resolves when lookups here no longer show it; of a group that it is not in it does nothing. */
  leaveGroup(group: string): Promise<void>
  /** Lets a hidden service be seen; resolves when lookups here show it. */
  announce(): Promise<void>
  /** A typed failure to throw. */
  failure<Code extends keyof E & string>(code: Code, ...data: FailureArgs<E[Code]>): ServiceFailure<Code, E[Code]>
  /** Runs `clean` when the actor stops or restarts; the last one first, each awaited. */
  onStop(clean: (reason: StopReason) => unknown): void
  /**
   * Stops this actor when it has had no message for `ms` milliseconds; `Infinity` never does. Its own timers are no messages; what
   * it still answers keeps it. A worker of a pool does not stop.
   *
   * - **Ownership**: calling it again replaces it; gone with a restart.
   */
  idleStop(ms: number): void
  /** Stops this actor; the running method still answers. */
  stop(reason?: string): void
}

/** `self` of an actor without a contract: fails with any code, and its own remote has whatever `setup` returns. */
export interface FreeSelf extends SelfOf<Untyped, Record<string, unknown>, Record<string, unknown>> {
  readonly remote: Untyped
}

/**
 * `self` of a contract or definition, for functions outside `setup`.
 *
 * @example
 * ```ts
 * function refuse(self: Self<typeof MathApi>, limit: number): never {
 *   throw self.failure('Overflow', { limit })
 * }
 * ```
 */
export type Self<C> = C extends Carrier<infer F, infer R, infer E> ? SelfOf<F, R, E> : never
