import type { ActorFacts, Reason } from '../actors/kernel/binding.js'
import type { ActorId } from '../base/ids.js'

/** One change of what a thread hosts. Each thread is the only writer of its own log and sends it, in order, to every other. */
export type Change =
  | { readonly kind: 'available'; readonly version: number; readonly facts: ActorFacts }
  | { readonly kind: 'withdrawn'; readonly version: number; readonly id: ActorId; readonly reason: Reason }
  | { readonly kind: 'joined'; readonly version: number; readonly id: ActorId; readonly group: string }
  | { readonly kind: 'left'; readonly version: number; readonly id: ActorId; readonly group: string }

/** A change as its writer makes it, before it has a number. */
export type Unnumbered = Change extends infer C ? (C extends Change ? Omit<C, 'version'> : never) : never

/** Everything a thread hosts at one version: what a new peer gets before the first change. */
export interface Snapshot {
  readonly version: number
  readonly services: readonly ActorFacts[]
}

/** Takes the changes of this thread to all others. Implemented by the threads. */
export interface Replication {
  publish(change: Change): void
}
