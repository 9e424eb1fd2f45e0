import type { ActorId, OpenPlace, Place, ThreadKey } from '../../base/ids.js'
import type { SpawnOptions, Strategy } from '../actor-options.js'
import type { DefinitionRecord } from '../definition.js'
import type { Told } from '../remote-type.js'
import type { ActorFacts, Binding, Reason } from './binding.js'
import type { Call } from './call.js'
import type { Cell, Life } from './cell.js'
import type { DeadLetter } from './dead-letters.js'
import type { FeedOptions, Inlet } from './feed-port.js'
import type { Envelope } from './message.js'
import type { FarActor } from './target.js'
import type { Observer, Wanted } from './visibility.js'

/** An actor that messages can be sent to: here, or of another thread. */
export type Target = Cell | FarActor

/** Frames for a thread of another process; on its way to a thread of ours, `to` is where it comes from. */
export interface Mail {
  readonly to: ThreadKey
  /** What is different for each thread that gets the same: at most 255 bytes. */
  readonly head: Uint8Array
  readonly bytes: Uint8Array
}

/** A process can be reached from now on, or not any more; or one of its threads has ended. */
export type ReachNews = (OpenPlace & { readonly isUp: true }) | (Place & { readonly isUp: false }) | { readonly ended: ThreadKey }

/** Takes messages to actors of other threads. Implemented by the threads. */
export interface Delivery {
  /**
   * Sends an envelope on. Its call, if it has one, is answered by whoever implements this.
   *
   * @throws UnsendableError
   */
  send(envelope: Envelope, target: FarActor): Told
  /** A far actor has become known; one whose thread has ended is marked gone. */
  introduce(target: FarActor): void
  /** Another thread asks what becomes of an actor whose thread has ended. */
  inquired(id: ActorId, asker: ThreadKey): void
  /** Something in another thread must keep the process alive. It counts how often that changes. */
  held(thread: ThreadKey, number: number): void
  /** Whether a thread has not ended, as far as this one knows. */
  lives(thread: ThreadKey): boolean
  /** Sees to it that `target` is marked gone when it goes. */
  watch(target: FarActor): void
  stop(target: FarActor, drainMs: number): Promise<void>
  /** Restarts an actor after `delayMs`, as a sibling of one that failed. */
  restart(target: FarActor, delayMs: number): void
  /** Tells the parent of an actor here what becomes of it; false when that is nobody on another thread. */
  tellParent(child: Cell, news: ChildNews): boolean
  /** Takes a dead letter to those who listen; `missed`: those before it that were not passed on. */
  letter(letter: DeadLetter, missed: number): void
  /** Another thread hands over mail: for another process, where the exchange is; from one, elsewhere. */
  mailed(mail: Mail, by: ThreadKey): void
  /** The thread of the exchange tells what can be reached of other processes. */
  reaches(news: ReachNews): void
  /** What was sent since the last flush leaves. */
  flush(): void
}

/** What a parent hears of its child on another thread: it has stopped for a failure that it could not bear, or it restarts. */
export type ChildNews =
  | { readonly kind: 'escalates'; readonly error: unknown }
  | { readonly kind: 'restarts'; readonly strategy: Strategy; readonly delayMs: number }

/** Where services are found. Implemented by the router. */
export interface Directory {
  announce(cell: Cell): void
  withdraw(cell: Cell, reason: Reason): void
  join(cell: Cell, group: string): void
  leave(cell: Cell, group: string): void
  /** Of the services that fit the one that has been known the longest. */
  find(wanted: Wanted): Target | undefined
  /** All services that fit, those known the longest first. */
  findAll(wanted: Wanted): readonly Target[]
  factsOfAll(wanted: Wanted): readonly ActorFacts[]
  /** Calls `listener` once, when what is wanted becomes visible; returns how to stop waiting. */
  onVisible(wanted: Wanted, listener: (target: Target) => void): () => void
  /** Tells an observer what is visible now, then every change; returns how to stop. */
  observe(observer: Observer): () => void
  readonly reports: Reporting
}

/** One report on its way, the same for all subscriptions. */
export interface Report {
  readonly publisher: Binding
  readonly subject: string
  /** As it was when it was published; whoever gets it gets a copy. */
  readonly value: unknown
  /** `unmatched`: sent to a subscriber, and none of its patterns matches. */
  readonly kind: 'published' | 'retained' | 'unmatched'
}

/** How a subscription is to be. */
export type SubscribeOrder = Pick<FeedOptions<Report>, 'capacity' | 'overflow' | 'listener' | 'signal'> & {
  readonly wanted: Wanted
  readonly pattern: string
  /** What is read is each time a {@link Heard}: for who reads without changing anything, and wants no copy. */
  readonly uncopied?: boolean
}

/** A report as all who hear it have it, with what one subscription knows of it. */
export interface Heard {
  readonly report: Report
  /** `''` for a report that was sent to the subscriber and matches none. */
  readonly pattern: string
  /** Reports of this subscription that were dropped before this one. */
  readonly missed: number
}

/** A subscription that stands. */
export interface Subscribed {
  readonly feed: Inlet<Report>
  /** Resolves when every publisher that was visible at the start knows of it, and what was retained has been delivered, or it has ended. */
  readonly ready: Promise<void>
}

/** Somebody subscribed to what an actor publishes, or does no more. */
export interface SubscriptionNotice {
  readonly status: 'requested' | 'withdrawn'
  readonly pattern: string
  readonly subscriber: ActorFacts
}

/** Publish and subscribe. Implemented by the router. */
export interface Reporting {
  /** @throws UnsendableError */
  publish(cell: Cell, subject: string, value: unknown, lifetimeMs: number | undefined): void
  /** False when that agent has not subscribed to `cell`. */
  sendTo(cell: Cell, agentId: string, subject: string, value: unknown): boolean
  /** Forgets kept values; returns how many. */
  expire(cell: Cell, pattern: string, ageMs: number): number
  subscribe(life: Life, order: SubscribeOrder): Subscribed
  /** Tells who subscribes to a cell now, then every change; returns how to stop. */
  watch(cell: Cell, watcher: (notice: SubscriptionNotice) => void): () => void
}

/** A child to be started. */
export interface SpawnOrder {
  readonly definition: DefinitionRecord
  readonly options: SpawnOptions
  readonly parent: Cell
  readonly registered: boolean
}

/** Starts actors where their host option says. Implemented by the threads. */
export interface Spawner {
  /** Rejects with the error of its module or setup. */
  spawn(order: SpawnOrder): Promise<Target>
  /** Nothing is started again from here on. */
  close(): void
}

/** A task to be run away from the actors. */
export interface OffloadOrder {
  readonly task: DefinitionRecord
  readonly args: readonly unknown[]
  /** In a child process, not in a thread. */
  readonly isolated: boolean
  readonly call: Call
}

/** Deals with a message that has come to an actor, and says what became of it; `null` lets it go on. Implemented by simulation. */
export type Intercept = (cell: Cell, envelope: Envelope) => Told | null

/** Runs tasks away from the actors. Implemented by the runtime. */
export interface Offloader {
  /** Simulation: nothing is about to begin. */
  readonly quiet: boolean
  /**
   * Takes a task in. Its call is answered by whoever implements this. Returns how to give it up, which tells whether it has
   * certainly not begun and will not.
   *
   * @throws UnsendableError, MailboxFull, ServiceUnavailable
   */
  start(order: OffloadOrder): () => boolean
  /** Fails what has not ended and ends the threads and processes of its own. */
  close(): Promise<void>
}
