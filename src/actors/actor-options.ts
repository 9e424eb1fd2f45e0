/** The options that say how an actor is run, where, and under whose eyes. */

import type { Untyped } from './remote-type.js'
import type { Request } from './request-type.js'

/** Where an actor lives: the least loaded worker thread, the spawner's own thread, a thread or a process of its own, or thread `n`. */
export type Host = 'auto' | 'inline' | 'dedicated' | 'process' | { readonly thread: number }

/** What happens to a message that finds the mailbox full. */
export type Overflow = 'reject' | 'drop-newest' | 'drop-oldest' | 'wait'

/** The queue of messages before an actor. */
export interface Mailbox {
  /** Messages that fit, 1 to 10 000 000; 10 000 by default. */
  readonly capacity?: number
  /** `'reject'` by default. */
  readonly overflow?: Overflow
}

/** What a supervisor does about a failure. */
export type Decision = 'restart' | 'resume' | 'stop' | 'escalate'

/**
 * Who restarts with a child that failed: only itself, all children of its parent, or those that were spawned after it
 * (Erlang's supervisor manual page).
 */
export type Strategy = 'one-for-one' | 'one-for-all' | 'rest-for-one'

/** Where in an actor a failure happened. */
export type FailurePlace = 'setup' | 'method' | 'timer' | 'listener' | 'child' | 'thread'

/** How long a restart waits: `minMs`, times `factor` at each further one, up to `maxMs`, more or less `jitter` as a fraction. */
export interface Backoff {
  readonly minMs?: number
  readonly maxMs?: number
  readonly factor?: number
  readonly jitter?: number
}

/** How many restarts within how long are borne before the failure escalates. */
export interface Budget {
  readonly restarts?: number
  readonly withinMs?: number
}

/** What is done when an actor fails. */
export interface Supervision {
  /**
   * A method that throws fails its call and the actor resumes; all else does what this says, `'restart'` by default.
   * A function decides about methods too.
   */
  readonly onFailure?: Decision | ((error: Error, where: FailurePlace) => Decision)
  readonly backoff?: Backoff
  readonly budget?: Budget
  /** `'one-for-one'` by default. What the system itself spawned has no siblings, nor have the workers of a pool. */
  readonly strategy?: Strategy
  /** How long `setup` may take, in milliseconds; 10 000 by default. */
  readonly startMs?: number
  /**
   * How long a method may go on after its request has ended (deadline, abort, caller gone), in milliseconds; 30 000 by default,
   * `Infinity` for ever. Then it is a crash, and never resumed: nothing else frees the actor.
   */
  readonly overdueMs?: number
}

/** `Supervision` with every default filled in. */
export interface SupervisionSettings {
  /** What is done about a failure. */
  readonly onFailure: NonNullable<Supervision['onFailure']>
  readonly backoff: Readonly<Required<Backoff>>
  readonly budget: Readonly<Required<Budget>>
  readonly strategy: Strategy
  readonly startMs: number
  readonly overdueMs: number
}

/** Says whether a request may be run; only `true` is a yes. */
export type Authorise = (request: Request, method: string) => boolean

/** One call on its way to its method. */
export interface AroundCall {
  readonly method: string
  readonly args: readonly unknown[]
  readonly request: Request
}

/** Stands before every method, those that do not exist too; `next` runs the method and answers what it returns. */
export type Around = (call: AroundCall, next: () => Untyped) => unknown

/** What a definition says about all actors made from it. */
export interface DefinitionOptions {
  /** Who may see it: `'*'` everyone, `''` its own process, else an exchange group; the system's by default. */
  readonly audience?: string
  /** Groups it is in from the start; names of at most 255 bytes. */
  readonly groups?: readonly string[]
  /** `'hidden'`: not to be seen until it calls `self.announce()`; `'visible'` by default. */
  readonly visibility?: 'visible' | 'hidden'
  readonly mailbox?: Mailbox
  readonly supervision?: Supervision
  readonly host?: Host
  /**
   * Methods that may run at the same time, from one `await` to the next; 1 by default: the next message starts when the
   * promise of the method has settled. `Infinity` interleaves without limit.
   */
  readonly concurrency?: number
  /** Asked before each method; everything but `true` is answered with `RequestRefused`. */
  readonly authorise?: Authorise
  /** One place for access, error mapping and logs. */
  readonly around?: Around
}

/** What may be said when a light actor is spawned. */
export interface LightSpawnOptions<I = unknown> {
  /** The second argument of `setup`; each restart gets a fresh copy. */
  readonly init?: I
  readonly supervision?: Supervision
  readonly mailbox?: Mailbox
}

/** What may be said when a service is spawned; it goes before what its definition says. */
export interface SpawnOptions<I = unknown> extends LightSpawnOptions<I> {
  /** Instead of the definition's name. */
  readonly name?: string
  readonly audience?: string
  /** Instead of the definition's groups. */
  readonly groups?: readonly string[]
  readonly host?: Host
  /** How long the spawn may take in all, in milliseconds. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** One call as a pair of method and arguments, for each method. */
export type CallTuple<F> = {
  [K in keyof F]: F[K] extends (...args: infer A) => unknown ? [method: K, args: A] : never
}[keyof F]

/** Names the worker for a call: the same text is the same worker, as long as there are as many. */
export interface HashRoute<F = unknown> {
  /** Gets the method and its arguments. */
  readonly hash: (...call: CallTuple<F>) => string
}

/** Which worker of a pool gets a call. */
export type Route<F = unknown> = 'idle' | 'round-robin' | 'random' | 'least-busy' | HashRoute<F>

/** What must and may be said when a pool is made. */
export interface PoolOptions<F = unknown, I = unknown> extends SpawnOptions<I> {
  /** Number of workers, 1 to 1000. */
  readonly size: number
  /** `'idle'` by default: a call waits in the pool until a worker is free. */
  readonly route?: Route<F>
}
