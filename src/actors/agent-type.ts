/** The types of what `self` and the system have in common: finding services, calling them, hearing of them. */

import type { Task } from './definition-type.js'
import type { AnyActor, CallOptions, Carrier, Remote, RemoteOf, ServiceBinding, Untyped } from './remote-type.js'
import type {
  Announcement,
  End,
  ObserveOptions,
  Received,
  ReceivedFor,
  Subscribable,
  SubscribeOptions,
  Subscription,
} from './report-type.js'

/** Where to look: by name, group or address; all that are given must fit. */
export interface Where {
  readonly kind?: never
  readonly contract?: never
  readonly name?: string
  readonly group?: string
  readonly address?: string
  /** Of a client: which of several. */
  readonly select?: Select
}

/** Where to look for a service of a contract; a contract alone stands for its own name. */
export interface TypedWhere<F, R, E> extends Omit<Where, 'contract'> {
  readonly contract: Carrier<F, R, E>
}

/** A target whose types are known; a Remote stands for its binding. */
export type TypedTarget<F, R, E> =
  | (Carrier<F, R, E> & { readonly kind: 'contract' | 'service' | 'binding' })
  | TypedWhere<F, R, E>
  | { readonly $: { readonly binding: ServiceBinding<F, R, E> } }

/** Whatever can be looked up. */
export type Target = string | Where | TypedTarget<unknown, unknown, unknown>

/**
 * Which of several services a call goes to: the one known the longest, any, each in turn, or for a key always the same as long
 * as it is there.
 */
export type Select = 'first' | 'random' | 'round-robin' | { readonly sticky: string }

/** How a client picks. */
export interface ClientOptions {
  /** `'first'` by default. */
  readonly select?: Select
}

/** How long a lookup waits. */
export interface LookupOptions {
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** How a task is offloaded. */
export interface OffloadOptions {
  readonly signal?: AbortSignal
  /** `'process'` runs it in a child process, which may crash or be killed without harm to this one. */
  readonly isolate?: 'process'
}

/** How a cron timer reads the clock. */
export interface CronOptions {
  /** An IANA time zone such as `'Europe/Berlin'`; that of the process by default. */
  readonly timezone?: string
}

/** What `self` and the system have in common. */
export interface Agent {
  /**
   * A remote of one actor, as soon as one is visible.
   *
   * - **Errors**: rejects with `ServiceUnavailable` at the deadline, with `RequestAborted` when the signal aborts.
   */
  lookup<F, R, E>(target: TypedTarget<F, R, E>, options?: LookupOptions): Promise<RemoteOf<F, R, E>>
  /** The same by name, group or address: untyped, unless the caller says what it is. */
  lookup<T = Untyped>(target: string | Where, options?: LookupOptions): Promise<Remote<T>>
  /** A remote of one actor that is visible now, from local knowledge. */
  tryLookup<F, R, E>(target: TypedTarget<F, R, E>): RemoteOf<F, R, E> | undefined
  /** The same by name, group or address: untyped, unless the caller says what it is. */
  tryLookup<T = Untyped>(target: string | Where): Remote<T> | undefined
  /**
   * A remote of whatever fits, there at once: each call picks among the services that are visible then, and waits for one
   * within its deadline.
   *
   * - **Errors**: a call rejects with `ServiceUnavailable` when none is visible until its deadline; `$.tell` answers `'unavailable'` at once.
   *   It is not one actor: it has no `$.binding` and no `$.stop`, and cannot be sent.
   */
  client<F, R, E>(target: TypedTarget<F, R, E>, options?: ClientOptions): RemoteOf<F, R, E>
  /** The same by name, group or address: untyped, unless the caller says what it is. */
  client<T = Untyped>(target: string | Where, options?: ClientOptions): Remote<T>
  /**
   * Hears the reports of a service, or of all present and future services of a name or group.
   *
   * - **Ordering**: the reports of one publisher in the order of publication; what it retains before anything newer.
   * - **Back-pressure**: none towards the publisher; what does not fit is dropped as `overflow` says, and counted.
   * - **Ownership**: ends with this actor's incarnation. Each call is a subscription of its own.
   */
  subscribe<F, R, E, const P extends string>(
    target: TypedTarget<F, R, E>,
    pattern: P & Subscribable<R, P>,
    listener: (report: ReceivedFor<R, P>) => unknown,
    options?: SubscribeOptions,
  ): Subscription<ReceivedFor<R, P>>
  /** The same as an async iterable: reports wait in its bounded buffer until the loop takes them; leaving the loop unsubscribes. */
  subscribe<F, R, E, const P extends string>(
    target: TypedTarget<F, R, E>,
    pattern: P & Subscribable<R, P>,
    options?: SubscribeOptions,
  ): Subscription<ReceivedFor<R, P>> & AsyncIterable<ReceivedFor<R, P>>
  /** The same by name, group or address: what is received is untyped. */
  subscribe(
    target: string | Where,
    pattern: string,
    listener: (report: Received) => unknown,
    options?: SubscribeOptions,
  ): Subscription<Received>
  /** The same by name, group or address, as an async iterable. */
  subscribe(target: string | Where, pattern: string, options?: SubscribeOptions): Subscription<Received> & AsyncIterable<Received>
  /**
   * What is visible now, then every change: `{ name }` of services of that name, `{ group }` of that group, `{ address }` and `{}` of both.
   *
   * - **Ordering**: available and withdrawn alternate for each service and each of its groups; nothing is missed between.
   */
  announcements<F, R, E>(
    filter: TypedTarget<F, R, E>,
    listener: (announcement: Announcement<F, R, E>) => unknown,
    options?: ObserveOptions,
  ): Subscription<Announcement<F, R, E>>
  /** The same by name, group or address. */
  announcements(filter: Where, listener: (announcement: Announcement) => unknown, options?: ObserveOptions): Subscription<Announcement>
  /** The same as an async iterable; leaving the loop ends it. */
  announcements(filter: Where, options?: ObserveOptions): Subscription<Announcement> & AsyncIterable<Announcement>
  /** Calls `listener` once when that very actor is gone for good, at once if it is; a restart is not the end. */
  watch(target: AnyActor, listener: (end: End) => unknown): Subscription<never>
  /** What is visible now of what fits, those known the longest first; `{}` is everything. */
  lookupAll<F, R, E>(filter: TypedTarget<F, R, E>): readonly ServiceBinding<F, R, E>[]
  /** The same by name, group or address. */
  lookupAll(filter: Where): readonly ServiceBinding[]
  /** An untyped call, for gateways and tools; its arguments are checked against the contract unless `validate` is `'never'`. */
  call(target: Target, method: string, args: readonly unknown[], options?: CallOptions): Promise<unknown>
  /**
   * Runs a task on the CPU pool of the system: one worker thread for each usable core, shared by all its actors. For work that
   * computes and keeps no state.
   *
   * - **Ordering**: tasks begin in the order in which they reach the pool; they end in any order.
   * - **Back-pressure**: tasks wait until a worker is free; when 10,000 wait, `MailboxFull`.
   * - **Ownership**: arguments and result are copied. It ends with the request or the incarnation that asked for it, whatever
   *   comes first; no other deadline applies. An abort ends the worker it runs on.
   * - **Errors**: as for a call; `ServiceWithdrawn` when its worker ends before it answers.
   */
  offload<A extends readonly unknown[], Result>(
    task: Task<A, Result>,
    args: Readonly<NoInfer<A>>,
    options?: OffloadOptions,
  ): Promise<Awaited<Result>>
}
