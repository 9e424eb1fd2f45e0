/** The types of test systems: what tests hold, and the options that make one. */

import type { TypedTarget, Where } from '../actors/agent-type.js'
import type { Handlers } from '../actors/definition-type.js'
import type { DeadLetter } from '../actors/kernel/dead-letters.js'
import type { AnyActor, Carrier, RemoteOf } from '../actors/remote-type.js'
import type { Received, ReceivedFor, Subscribable } from '../actors/report-type.js'
import type { SelfOf } from '../actors/self-type.js'
import type { System } from '../actors/system-type.js'
import type { Logger } from '../base/world.js'

/** How a test system is made. */
export interface TestSystemOptions {
  /** Decides the order of events and every random number. `TROUPE_SEED` of the environment, or drawn, when not given. */
  readonly seed?: number
  readonly name?: string
  /** Simulated threads beside thread 0, 0 to 256; 0 by default. */
  readonly threads?: number
  /** Encodes and decodes messages within a thread too; on by default. */
  readonly strict?: boolean
  /** Deadline of calls, in virtual milliseconds; 5000 by default. */
  readonly timeoutMs?: number
  readonly audience?: string
  readonly log?: Logger
}

/** The clock of a test system, moved by hand. */
export interface TestClock {
  /** Milliseconds since the system was made. */
  now(): number
  /** Runs what falls due in the next `ms` milliseconds, in order, with all that it causes. */
  advance(ms: number): Promise<void>
  /** Sets the wall clock that `self.at` and `self.cron` go by. */
  set(date: Date): Promise<void>
}

/** How long a probe waits. */
export interface ProbeOptions {
  /** Moves the virtual clock by so many milliseconds at most; 0 by default: what is ready must bring it. */
  readonly timeoutMs?: number
}

/**
 * Records reports, from the moment it is made.
 *
 * - **Ordering**: as a subscription: what was retained comes first.
 * - **Ownership**: ends with `using`, or with the system.
 */
export interface Probe<T> extends AsyncIterable<T>, Disposable {
  /**
   * The next report that was not read yet. It lets the system settle until there is one, and moves its clock if it may.
   *
   * - **Errors**: rejects, with the seed, when nothing is left that could bring one.
   */
  next(options?: ProbeOptions): Promise<T>
  /** All that was recorded so far, whether it was read or not. */
  readonly all: readonly T[]
  /** Lets the system settle and rejects, with the seed, when there is a report that was not read. */
  none(): Promise<void>
}

/** What can be done to one actor. The faults of messages are for those that are sent to it next, by whomever. */
export interface ActorFaults {
  /**
   * The actor fails now, as if a timer of its own threw: its supervision decides what follows. Of a pool a worker fails that the
   * seed draws. Resolves when the system has settled.
   */
  crash(error?: Error): Promise<void>
  /** The next messages never arrive; 1 unless `times` says how many. They count as dropped, `link-lost`. */
  drop(times?: number): void
  /** The next messages arrive so much later in virtual time, and those behind them not before; 1 unless `times` says how many. */
  delay(ms: number, times?: number): void
  /** The next messages arrive twice, which breaks the promise of at most once; 1 unless `times` says how many. Streams do not. */
  duplicate(times?: number): void
}

/** A dead letter, and how many before it were not kept. */
export type TestLetter = DeadLetter & { readonly missed: number }

/** What can have a stand-in: a contract, or the definition of a service. */
export type Standable<F, R, E> = Carrier<F, R, E> & { readonly kind: 'contract' | 'service' }

/** The methods of a stand-in; those that are left out fail when they are called. */
export type StandMethods<F, R, E> = Partial<Handlers<F>> | ((self: SelfOf<F, R, E>) => Partial<Handlers<F>>)

/** A system whose clock, threads and order of events are simulated. */
export interface TestSystem extends Omit<System, 'deadLetters'> {
  /** The same system for code that takes a `System`. */
  readonly system: System
  readonly clock: TestClock
  /** Given again, it repeats the run on the same version of Node. */
  readonly seed: number
  /** Resolves when no message, no turn and no timer of this moment is left. */
  settled(): Promise<void>
  /** Records the reports of a service, or of all present and future services that fit, as `subscribe` would hear them. */
  probe<F, R, E, const P extends string>(target: TypedTarget<F, R, E>, subject: P & Subscribable<R, P>): Probe<ReceivedFor<R, P>>
  /** The same by name, group or address: what is recorded is untyped. */
  probe(target: string | Where, subject: string): Probe<Received>
  /**
   * Starts a stand-in under the name of a contract or of a service, in thread 0; arguments and results are checked against the
   * contract. Give methods, or a function of `self` that returns them, which may publish and fail as the service would.
   *
   * - **Errors**: TypeError for methods that the contract does not have. A call of one that was not given fails and says so.
   */
  stand<F, R, E>(target: Standable<F, R, E>, methods: StandMethods<F, R, E>): Promise<RemoteOf<F, R, E>>
  /** Faults of one actor, wherever it lives. */
  fault(target: AnyActor): ActorFaults
  /**
   * Ends a simulated thread as the death of a worker thread does: of what it had sent a beginning arrives, how much the seed decides;
   * what is supervised comes back on a new thread. It is dead at once; resolves when the others have dealt with it.
   *
   * - **Errors**: rejects for thread 0, and for one that does not run.
   */
  killThread(thread: number): Promise<void>
  /**
   * The messages that were not delivered, as `system.deadLetters(listener)` tells them: the newest 10 000 of those that are passed on.
   * `t.system.deadLetters` takes listeners.
   */
  readonly deadLetters: readonly TestLetter[]
  /**
   * Throws one error that lists whatever is wrong: messages that are not accounted for, once nothing is on its way calls that are
   * pending, once the system has stopped whatever it has left behind. Disposing of the system stops it and checks.
   */
  check(): void
}
