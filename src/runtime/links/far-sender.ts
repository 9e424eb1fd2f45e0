import type { ActorFacts } from '../../actors/kernel/binding.js'
import { Call, type CallOwner, type Party } from '../../actors/kernel/call.js'
import { type ActorId, abroadOf, actorId, homeKey, isAbroad, type ThreadKey } from '../../base/ids.js'
import type { RequestHead, RoutedHead } from './frames.js'

/** What a request says of its sender. */
export type SenderHead = Pick<RequestHead, 'senderCell' | 'senderName' | 'senderAudience' | 'senderId'>

/** Who sent a message from another thread; facts are made up when somebody asks. */
export class FarSender implements ActorFacts {
  readonly process: string
  readonly thread: ThreadKey
  readonly cell: number
  readonly name: string
  readonly audience: string
  readonly groups: readonly string[] = []
  readonly streams = null
  readonly supervisor = null
  readonly givenId: ActorId | undefined

  constructor(process: string, thread: ThreadKey, head: SenderHead) {
    this.process = isAbroad(thread) ? abroadOf(thread).process : process
    this.thread = thread
    this.cell = head.senderCell
    this.name = head.senderName
    this.audience = head.senderAudience
    this.givenId = head.senderId
  }

  get id(): ActorId {
    return this.givenId ?? actorId(homeKey(this.thread), this.cell, this.process)
  }
}

/** The call that a request of another thread is here. */
// shape: four parameters, for it is on the way of every call
export function callFrom(owner: CallOwner, target: Party, method: string, head: RoutedHead): Call {
  const call = new Call(owner, target, method, head.remainingMs)
  call.conversation = head.conversation
  call.credit = head.credit
  call.chain = head.chain
  call.wantsTurnEnd = head.wantsTurnEnd
  return call
}
