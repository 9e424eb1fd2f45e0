import type { ActorFacts } from '../../actors/kernel/binding.js'
import { type ActorId, actorId, type ThreadKey } from '../../base/ids.js'

/** Who sent a message from another thread; facts are made up when somebody asks. */
export class FarSender implements ActorFacts {
  readonly process: string
  readonly thread: ThreadKey
  readonly cell: number
  readonly name: string
  readonly audience: string
  readonly groups: readonly string[] = []
  readonly streams = null

  constructor(process: string, thread: ThreadKey, cell: number, name: string, audience: string) {
    this.process = process
    this.thread = thread
    this.cell = cell
    this.name = name
    this.audience = audience
  }

  get id(): ActorId {
    return actorId(this.thread, this.cell, this.process)
  }
}
