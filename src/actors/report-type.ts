/** The types of reports: which subjects a contract knows, and what is published and heard under them. */

import type { ServiceBinding } from './remote-type.js'

type IsPattern<P extends string> = P extends `${string}${'*' | '?'}${string}` ? true : false

/** Whether a literal subject matches a pattern: `?` is one character, `*` any run of them. */
type Match<P extends string, S extends string> = P extends S
  ? true
  : P extends `*${infer Rest}`
    ? Rest extends ''
      ? true
      : Match<Rest, S> extends true
        ? true
        : S extends `${infer _}${infer Tail}`
          ? Match<P, Tail>
          : false
    : P extends `?${infer Rest}`
      ? S extends `${infer _}${infer Tail}`
        ? Match<Rest, Tail>
        : false
      : P extends `${infer First}${infer Rest}`
        ? S extends `${First}${infer Tail}`
          ? Match<Rest, Tail>
          : false
        : false

/** Of a text that is not known letter by letter (`price.${string}`) nothing can be decided. */
type IsLiteral<S extends string> = S extends `${infer First}${infer Rest}`
  ? string extends First
    ? false
    : IsLiteral<Rest>
  : S extends ''
    ? true
    : false

/** The keys of a contract's reports that a subject or pattern may speak of. */
type KeysFor<R, P extends string> =
  IsLiteral<P> extends true
    ? { [K in keyof R & string]: Speaks<K, P> extends true ? K : never }[keyof R & string]
    : [Sure<R, P>] extends [never]
      ? keyof R & string
      : Sure<R, P>

/** What a pattern begins with, before its first wildcard. */
type HeadOf<P extends string> = P extends `${infer H}*${string}` ? HeadOf<H> : P extends `${infer H}?${string}` ? H : P

/** Whether two patterns can select one subject, as far as their beginnings tell. */
type MayMeet<P extends string, Q extends string> =
  HeadOf<P> extends `${HeadOf<Q>}${string}` ? true : HeadOf<Q> extends `${HeadOf<P>}${string}` ? true : false

type Speaks<K extends string, P extends string> = K extends P
  ? true
  : IsPattern<P> extends true
    ? IsPattern<K> extends true
      ? MayMeet<K, P>
      : Match<P, K>
    : IsPattern<K> extends true
      ? Match<K, P>
      : false

/** Keys that every value of a template literal type such as `price.${string}` belongs to. */
type Sure<R, P extends string> = { [K in keyof R & string]: P extends Holes<K> ? K : never }[keyof R & string]

/** A key with its wildcards as holes: `price.*` is `price.${string}`. */
type Holes<K extends string> = K extends `${infer A}*${infer B}`
  ? `${A}${string}${Holes<B>}`
  : K extends `${infer A}?${infer B}`
    ? `${A}${string}${Holes<B>}`
    : K

type Both<U> = (U extends unknown ? (u: U) => void : never) extends (u: infer I) => void ? I : never

/** The subject itself when the contract knows it, else what may be given. */
export type Publishable<R, S extends string> = string extends keyof R
  ? S
  : S extends keyof R
    ? S
    : [KeysFor<R, S>] extends [never]
      ? keyof R & string
      : S

/** The value that a subject takes: that of the exact key, else what suits every pattern that matches. */
export type PublishValue<R, S extends string> = string extends keyof R
  ? R[keyof R]
  : S extends keyof R
    ? R[S]
    : Both<{ [K in KeysFor<R, S>]: { readonly value: R[K & keyof R] } }[KeysFor<R, S>]> extends { readonly value: infer V }
      ? V
      : never

/** The pattern itself when it may match a subject of the contract, else what may be given. */
export type Subscribable<R, P extends string> = string extends keyof R ? P : [KeysFor<R, P>] extends [never] ? keyof R & string : P

/** A report as its listener gets it. */
export interface Received<S extends string = string, T = unknown> {
  readonly publisher: ServiceBinding
  readonly subject: S
  /** The pattern of the subscription; `''` for a report that was sent to the subscriber and matches none. */
  readonly pattern: string
  readonly content: T
  /** It was published before the subscription. */
  readonly retained: boolean
  /** Reports of this subscription that were dropped before this one. */
  readonly missed: number
}

type SubjectFor<K extends string, P extends string> = IsPattern<P> extends true ? Holes<K> : IsLiteral<P> extends true ? P : Holes<K>

/** What a subscription to a pattern gets. */
export type ReceivedFor<R, P extends string> = string extends keyof R
  ? Received<string, R[keyof R]>
  : { [K in KeysFor<R, P>]: Received<SubjectFor<K, P>, R[K & keyof R]> }[KeysFor<R, P>]

/** What becomes of a report that finds a subscription full. */
export type SubscriptionOverflow = 'drop-oldest' | 'drop-newest' | 'latest' | 'close'

/** How reports reach a subscription. */
export interface SubscribeOptions {
  /** Reports that may wait, 1 to 1 000 000; 1000 by default. */
  readonly capacity?: number
  /** `'drop-oldest'` by default; `'latest'` keeps one of each subject and publisher, `'close'` ends the subscription. The publisher is never held up. */
  readonly overflow?: SubscriptionOverflow
  readonly signal?: AbortSignal
}

/** Something that an actor hears of until it is closed, or the actor stops or restarts. */
export interface Subscription<T = unknown> extends Disposable {
  /** Ends it; afterwards no listener is called. A second time does nothing. */
  close(): void
  /** Resolves when every publisher that was visible at the start knows of it and its retained values have been delivered, or it has ended. */
  readonly ready: Promise<void>
  /** What did not fit. */
  readonly dropped: number
  /** Exists for the type system only. */
  readonly '~item'?: T
}

/** How announcements reach an observer. */
export interface ObserveOptions {
  readonly signal?: AbortSignal
}

/** Why a service went. */
export type WithdrawalReason = 'stopped' | 'crashed' | 'unreachable' | 'drained' | 'replaced'

/** A service or a membership of a group that became visible, or is no more. */
export type Announcement<F = unknown, R = unknown, E = unknown> = {
  readonly status: 'available' | 'withdrawn'
  readonly binding: ServiceBinding<F, R, E>
  /** Of a withdrawal, except that of a group which was left. */
  readonly reason?: WithdrawalReason
} & ({ readonly kind: 'service' } | { readonly kind: 'group'; readonly group: string })

/** Somebody who subscribed to one's reports, or does no more. */
export interface SubscriptionChange {
  readonly status: 'requested' | 'withdrawn'
  readonly pattern: string
  readonly subscriber: ServiceBinding
}

/** The end of an actor that was watched. */
export interface End {
  readonly binding: ServiceBinding
  readonly reason: WithdrawalReason
}
