import type { ActorId, ThreadKey } from '../../base/ids.js'
import type { ActorFacts, Reason } from './binding.js'

/** Told once when an actor is gone for good. */
export type GoneListener = (reason: Reason) => void

/**
 * An actor of another thread, as this thread knows it: one object per actor, however many Remotes lead to it.
 */
export class FarActor implements ActorFacts {
  readonly far = true
  readonly id: ActorId
  readonly name: string
  readonly audience: string
  groups: readonly string[]
  readonly process: string
  readonly thread: ThreadKey
  readonly cell: number
  streams: readonly string[] | null
  /** `streams`, for looking up. */
  streamSet: ReadonlySet<string> | null = null
  gone: Reason | null = null
  #listeners: Set<GoneListener> | null = null

  constructor(facts: ActorFacts) {
    this.id = facts.id
    this.name = facts.name
    this.audience = facts.audience
    this.groups = facts.groups
    this.process = facts.process
    this.thread = facts.thread
    this.cell = facts.cell
    this.streams = facts.streams
    this.learn(facts)
  }

  /** Facts that were made after its first setup say more. */
  learn({ streams }: ActorFacts): void {
    if (streams === null || this.streamSet !== null) return
    this.streams = streams
    this.streamSet = new Set(streams)
  }

  get watched(): boolean {
    return this.#listeners !== null && this.#listeners.size > 0
  }

  /** Calls `listener` when the actor is gone; the caller has seen that it is not gone yet. */
  onGone(listener: GoneListener): () => void {
    this.#listeners ??= new Set()
    this.#listeners.add(listener)
    return () => void this.#listeners?.delete(listener)
  }

  markGone(reason: Reason): void {
    if (this.gone !== null) return
    this.gone = reason
    const listeners = this.#listeners
    this.#listeners = null
    if (listeners !== null) for (const listener of listeners) listener(reason)
  }
}
