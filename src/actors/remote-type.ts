/** The types of remotes and bindings: what a caller holds of an actor. */

import type { Outcome } from './facade/outcome.js'

/**
 * What is not known to the type system: names looked up as text, actors without a contract.
 * The one `any` of the type surface; everything else names it.
 */
// biome-ignore lint/suspicious/noExplicitAny: what has no contract may be called in every way, which only `any` says
export type Untyped = any

/** A type without members: no reports, no errors. */
export type Nothing = Record<never, never>

/** Evaluates a type, so that editors show the result and not the recipe. */
export type Show<T> = T extends infer U ? { [K in keyof U]: U[K] } : never

/**
 * Whatever carries the types of an API: contracts, definitions and bindings. `F` holds its functions as a caller sees them,
 * `R` its reports by subject, `E` the data of its failures by code.
 */
export interface Carrier<F = unknown, R = unknown, E = unknown> {
  /** Exists for the type system only. */
  readonly '~api'?: { readonly functions: F; readonly reports: R; readonly errors: E }
}

/** Names one actor, wherever it lives; immutable. */
export interface ServiceBinding<F = unknown, R = unknown, E = unknown> extends Carrier<F, R, E> {
  readonly kind: 'binding'
  /** `''` is the anonymous client. */
  readonly name: string
  /** Who may see it: `'*'` everyone, `''` its own process, else the members of that exchange group. */
  readonly audience: string
  readonly groups: readonly string[]
  /** `agent@process`: stable over restarts and equal seen from anywhere. */
  readonly id: string
  readonly address: string
  /** Identity of the process that hosts it. */
  readonly process: string
  /** The thread that hosts it, known of one's own process. */
  readonly thread?: number
  readonly location: 'local' | 'remote'
  readonly exchangeGroup: string
}

/** Which messages an actor takes first. */
export type Priority = 'high' | 'normal' | 'low'

/** How one call is made. */
export interface CallOptions {
  /** The deadline, in milliseconds from the call; `Infinity` is none. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** Starts afresh: takes neither deadline nor abort from the request that is being answered. */
  readonly detached?: boolean
  /** Messages of a higher priority are run first; each priority keeps its order. `'normal'` by default. */
  readonly priority?: Priority
  /** What the method finds in `self.request.properties`: at most 64 texts, 16 KiB in all. */
  readonly properties?: Readonly<Record<string, string>>
}

declare const DEFERRED: unique symbol
declare const FORWARDED: unique symbol

/** An answer that was put off: what `self.request.defer()` returns. */
export interface Deferred<Result = unknown> {
  /** Answers; once only, what comes later is ignored. */
  resolve(value: Result): void
  /** Fails the call as if the method had thrown. */
  reject(error: unknown): void
  readonly [DEFERRED]: true
}

/** An answer that was given away: what `self.request.forward()` returns. */
export interface Forwarded {
  readonly [FORWARDED]: true
}

/** What a caller gets for what a handler returns. */
type Settled<Result> = Awaited<Result> extends infer U ? (U extends Deferred<infer T> ? T : U extends Forwarded ? never : U) : never

/** A function as its caller sees it. */
export type CallOf<F> = F extends (...args: infer A) => infer Result ? (...args: A) => ReplyOf<Result> : never

type ReplyOf<Result> = 0 extends 1 & Result
  ? Promise<Result>
  : [Result] extends [never]
    ? Promise<never>
    : Result extends AsyncIterable<infer T>
      ? AsyncIterable<T>
      : Promise<Settled<Result>>

/** `K` if that function answers once, as streams do not. */
export type Single<F, K extends keyof F> = [F[K]] extends [never] ? K : F[K] extends (...args: never) => AsyncIterable<unknown> ? never : K

/** What became of a message sent one way. */
export type Told = 'accepted' | 'dropped' | 'unavailable'

/** Functions that send their message and answer with `Result` instead of the method's result. */
export type OneWay<F, Result> = {
  readonly [K in keyof F as Single<F, K>]: F[K] extends (...args: infer A) => unknown ? (...args: A) => Result : never
}

/** Functions whose promises resolve with how the call ended. */
export type Tried<F, E> = {
  readonly [K in keyof F as Single<F, K>]: F[K] extends (...args: infer A) => infer Reply
    ? (...args: A) => Promise<Outcome<Awaited<Reply>, E>>
    : never
}

/** How a service is stopped. */
export interface StopOptions {
  /** How long queued messages may still run, in milliseconds; 0 by default. */
  readonly drainMs?: number
  readonly signal?: AbortSignal
}

/** What the framework does with an actor, apart from the actor's own methods. */
export interface Verbs<F, R = unknown, E = unknown> {
  /** The same actor, called with these options. */
  with(options: CallOptions): RemoteOf<F, R, E>
  /**
   * One way: the answer says what became of the message, not of the work.
   *
   * - **Delivery**: at most once; it has a deadline only where `with` gives one.
   */
  readonly tell: OneWay<F, Told>
  /**
   * One way, and waits until the mailbox has room.
   *
   * - **Back-pressure**: resolves when the message is in the mailbox, rejects at the deadline.
   */
  readonly offer: OneWay<F, Promise<void>>
  /** A call whose failure is a value: it resolves with `{ ok: true, value }` or `{ ok: false, failure }`. */
  readonly try: Tried<F, E>
  readonly binding: ServiceBinding<F, R, E>
  /** Stops the actor; only for actors of one's own system. */
  stop(options?: StopOptions): Promise<void>
}

/** A remote, from its functions, reports and errors. */
export type RemoteOf<F, R = Nothing, E = Nothing> = { readonly [K in keyof F]: F[K] } & { readonly $: Verbs<F, R, E> }

/** One very actor, whatever it does: a Remote or a binding. */
export type AnyActor = ServiceBinding | { readonly $: { readonly binding: ServiceBinding } }

/**
 * A remote of a contract, a definition, a binding, or of a plain interface.
 *
 * @example
 * ```ts
 * async function area(math: Remote<typeof MathApi>) {
 *   return await math.multiply(2, 3)
 * }
 * ```
 */
export type Remote<T = Untyped> = 0 extends 1 & T
  ? Untyped
  : '~api' extends keyof T
    ? T extends Carrier<infer F, infer R, infer E>
      ? RemoteOf<F, R, E>
      : never
    : RemoteOf<{ readonly [K in keyof T]: CallOf<T[K]> }, Untyped, Untyped>
