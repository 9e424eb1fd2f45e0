import type { SpawnOptions } from '../actor-options.js'
import type { DefinitionRecord } from '../definition.js'
import type { Told } from '../remote-type.js'
import type { Reason } from './binding.js'
import type { Call } from './call.js'
import type { Cell } from './cell.js'
import type { Envelope } from './message.js'
import type { FarActor } from './target.js'

/** An actor that messages can be sent to: here, or of another thread. */
export type Target = Cell | FarActor

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
  /** Sees to it that `target` is marked gone when it goes. */
  watch(target: FarActor): void
  stop(target: FarActor, drainMs: number): Promise<void>
  /** What was sent since the last flush leaves. */
  flush(): void
}

/** Where services are found by name. Implemented by the router. */
export interface Directory {
  announce(cell: Cell): void
  withdraw(cell: Cell, reason: Reason): void
  /** The service of that name that has been known the longest. */
  find(name: string): Target | undefined
  findById(id: string): Target | undefined
  /** Calls `listener` once, when what is wanted becomes visible; returns how to stop waiting. */
  onVisible(wanted: { readonly name: string; readonly id: string | undefined }, listener: (target: Target) => void): () => void
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
}

/** A task to be run away from the actors. */
export interface OffloadOrder {
  readonly task: DefinitionRecord
  readonly args: readonly unknown[]
  /** In a child process, not in a thread. */
  readonly isolated: boolean
  readonly call: Call
}

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
