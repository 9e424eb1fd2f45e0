/** The types of definitions: what `service`, `actor` and `task` return and `spawn` takes. */

import type { CallOf, Carrier, Deferred, Forwarded, Nothing } from './remote-type.js'

/** The definition of a service, or of an actor that can live on other threads; `I` is the type of its `init`. */
export interface Definition<F = unknown, R = unknown, E = unknown, I = void, Kind extends 'service' | 'actor' = 'service'>
  extends Carrier<F, R, E> {
  readonly kind: Kind
  readonly light: false
  readonly name: string
  /** Exists for the type system only. */
  readonly '~init'?: (init: I) => void
}

/** The definition of a light actor: nameless, never registered, living in its parent's thread. */
export interface ActorDefinition<F = unknown, I = void> extends Carrier<F, Nothing, Nothing> {
  readonly kind: 'actor'
  readonly light: true
  /** Exists for the type system only. */
  readonly '~init'?: (init: I) => void
}

/** A named function that other threads can run. */
export interface Task<A extends readonly unknown[] = never, Result = unknown> {
  readonly kind: 'task'
  readonly name: string
  /** Exists for the type system only. */
  readonly '~run'?: (...args: A) => Result
}

/** What `setup` returns for a contract: each of its functions, answering at once, with a promise, later, or item by item. */
export type Handlers<F> = { readonly [K in keyof F]: Handler<F[K]> }

type Handler<Fn> = Fn extends (...args: infer A) => infer Result
  ? Result extends AsyncIterable<infer T>
    ? (...args: Taken<A>) => AsyncIterable<T> | Forwarded
    : (...args: Taken<A>) => Answer<Awaited<Result>>
  : never

/** What a handler gets of what its callers give: arrays are its own, so it may change them. */
type Taken<A extends readonly unknown[]> = { [I in keyof A]: Own<A[I]> }
type Own<T> = T extends readonly unknown[] ? { -readonly [I in keyof T]: T[I] } : T

type Answer<T> = Now<T> | Promise<Now<T>>
type Now<T> = T | Deferred<T> | Forwarded

/** An object of functions, whatever they take. */
export type Functions<H> = { readonly [K in keyof H]: (...args: never) => unknown }

/** The functions of an actor without a contract, as its callers see them: those that `setup` returns. */
export type Exported<H> = H extends object ? { [K in keyof H]: CallOf<H[K]> } : Nothing
