import type { ActorId, ThreadKey } from '../../base/ids.js'
import type { DefinitionRecord } from '../definition.js'
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
  thread: ThreadKey
  cell: number
  streams: readonly string[] | null
  /** `streams`, for looking up. */
  streamSet: ReadonlySet<string> | null = null
  readonly supervisor: ThreadKey | null
  /** What it was made from, where an actor of this thread has spawned it. */
  definition: DefinitionRecord | null = null
  /** Why it takes no messages; what is lost with its thread may be there again later. */
  gone: Reason | null = null
  #lost = false
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
    this.supervisor = facts.supervisor
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

  /** Its thread has ended; whoever restarts it says later whether it is gone for good. */
  get lost(): boolean {
    return this.#lost
  }

  markGone(reason: Reason): void {
    if (this.gone !== null && !this.#lost) return
    this.gone ??= reason
    this.#lost = false
    const listeners = this.#listeners
    this.#listeners = null
    if (listeners !== null) for (const listener of listeners) listener(reason)
  }

  /** Its thread has ended. */
  lose(): void {
    if (this.gone !== null) return
    this.gone = 'crashed'
    this.#lost = true
  }

  /** It is there again, on another thread. */
  moveTo({ thread, cell }: ActorFacts): void {
    this.thread = thread
    this.cell = cell
    this.gone = null
    this.#lost = false
  }
}
