import { type ActorId, abroadOf, homeKey, isAbroad, slotOf, type ThreadKey } from '../../base/ids.js'

/** Why an actor is gone for good, or no longer to be seen. */
export type Reason = 'stopped' | 'crashed' | 'unreachable' | 'drained' | 'replaced'

/** What every thread may know of an actor. */
export interface ActorFacts {
  readonly id: ActorId
  readonly name: string
  readonly audience: string
  readonly groups: readonly string[]
  readonly process: string
  readonly thread: ThreadKey
  /** Number of its cell in its thread. */
  readonly cell: number
  /** Its methods that are streams; `null` while its first setup goes on. */
  readonly streams: readonly string[] | null
  /** The thread whose actor restarts it when its own thread ends; `null` when that is its end. */
  readonly supervisor: ThreadKey | null
}

/** Where an actor is now. */
export function addressOf({ process, thread, cell }: Pick<ActorFacts, 'process' | 'thread' | 'cell'>): string {
  return `${process}/${homeKey(thread)}/${cell.toString(36)}`
}

/**
 * What there is to know of one actor: a handle that can be kept, sent and looked up again.
 *
 * - **Ownership**: immutable.
 */
export class Binding {
  readonly kind = 'binding'
  readonly name: string
  readonly audience: string
  readonly groups: readonly string[]
  /** `agent@process`, the same seen from anywhere. */
  readonly id: string
  /** Where it is now; changes when it moves to another thread. */
  readonly address: string
  readonly process: string
  readonly thread: number
  readonly location: 'local' | 'remote'
  readonly exchangeGroup: string

  constructor(facts: ActorFacts) {
    this.name = facts.name
    this.audience = facts.audience
    this.groups = Object.freeze([...facts.groups])
    this.id = facts.id
    this.address = addressOf(facts)
    this.process = facts.process
    this.thread = slotOf(facts.thread)
    const isRemote = isAbroad(facts.thread)
    this.location = isRemote ? 'remote' : 'local'
    this.exchangeGroup = isRemote ? abroadOf(facts.thread).group : ''
    FACTS.set(this, facts)
    Object.freeze(this)
  }
}

const FACTS = new WeakMap<Binding, ActorFacts>()

/** The facts that a binding was made from. */
export function factsOf(binding: Binding): ActorFacts {
  return FACTS.get(binding) as ActorFacts
}
