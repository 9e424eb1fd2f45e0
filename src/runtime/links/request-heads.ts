import type { Call, Party } from '../../actors/kernel/call.js'
import type { Cell } from '../../actors/kernel/cell.js'
import type { Core } from '../../actors/kernel/core.js'
import type { Envelope } from '../../actors/kernel/message.js'
import { chainOf } from '../../actors/turns/chain.js'
import type { ThreadKey } from '../../base/ids.js'
import type { RequestHead, RoutedHead } from './frames.js'

/** Under which numbers a request is sent, and to which cell. */
export type RequestNumbers = Pick<RoutedHead, 'conversation' | 'route' | 'cell'>

/** Whoever sends: a cell of this thread, or what is known of one of another whose message is passed on. */
type Sender = Party &
  Partial<Pick<Cell, 'number' | 'spec' | 'givenId'>> & {
    readonly thread?: ThreadKey
    readonly cell?: number
    readonly audience?: string
  }

/** What a request says that has all else in common with an earlier one. */
export function routedHead(core: Core, { call }: Envelope, { conversation, route, cell }: RequestNumbers): RoutedHead {
  return {
    route,
    conversation,
    cell,
    remainingMs: call === null ? Number.POSITIVE_INFINITY : remainingMs(core, call),
    wantsTurnEnd: call?.wantsTurnEnd === true,
    credit: call?.credit ?? 0,
    chain: call === null ? null : chainOf(core, call),
  }
}

export function requestHead(core: Core, envelope: Envelope, numbers: RequestNumbers): RequestHead {
  const { post } = envelope
  const sender: Sender = envelope.sender
  return {
    ...routedHead(core, envelope, numbers),
    kind: post.kind,
    untrusted: post.untrusted,
    senderThread: sender.thread,
    senderCell: sender.number ?? sender.cell ?? 0,
    senderId: sender.givenId ?? undefined,
    senderName: sender.name,
    senderAudience: sender.spec?.audience ?? sender.audience ?? '*',
    method: post.method,
    lane: post.lane,
    properties: post.properties,
  }
}

function remainingMs({ world }: Core, call: Call): number {
  if (call.due >= 0) return Math.min(call.timeoutMs, Math.max(1, call.due - world.clock.now()))
  if (call.capMs === Number.POSITIVE_INFINITY) return call.timeoutMs
  return Math.max(1, Math.min(call.timeoutMs, call.capMs - world.clock.now()))
}
