import type { Cell } from '../../actors/kernel/cell.js'
import type { ThreadKey } from '../../base/ids.js'
import type { ValueContext } from '../../codec/context.js'

/** What is let through to and from a thread that is not ours. */
export interface Customs {
  /** How values travel there, made of how they travel here. */
  values(own: ValueContext): ValueContext
  /** Whether frames with this tag are taken in. */
  takes(tag: number): boolean
  /** Whether it may send messages to this actor, watch it and subscribe to it. */
  admits(cell: Cell): boolean
  /** Where an actor lives that is said to be of a thread over there. */
  threadOf(said: ThreadKey | undefined): ThreadKey
}
