import type { ServiceFailure } from '../../base/failures.js'
import type { ClientFrame, GatewayFrame } from '../protocol/frames.js'

/** A frame of the gateway about something that was asked for. */
export type Reply = Extract<GatewayFrame, { readonly id: number }>

/** Somebody who has asked the gateway for something. */
export interface Conversation {
  heard(reply: Reply): void
  /** The connection is gone. */
  lost(): void
}

/** What is asked of the gateway over the connection that there is. */
export interface Conversations {
  readonly isActive: boolean
  readonly isClosed: boolean
  /** Why there will be no connection any more, for messages. */
  readonly ending: string
  /** Why the last attempt came to nothing, or the last connection ended, for messages; `''`: there was none, or there is a connection. */
  readonly trouble: string
  /** A number that has not been used before. */
  begin(conversation: Conversation): number
  /** Nothing that comes for it is heard any more. */
  end(id: number): void
  send(frame: ClientFrame): void
  /** The failure of what is too large to be sent; `undefined`: it can be sent. */
  tooLarge(frame: ClientFrame): ServiceFailure | undefined
  /**
   * Runs `run` when there is a connection, at once if there is; `closed` instead when there will be none, which may be at once too. Returns how to
   * take it back; `undefined` when too many wait already.
   *
   * - **Ordering**: those that wait go in the order in which they came.
   */
  whenActive(run: () => void, closed: () => void): (() => void) | undefined
}

/** Why somebody waited in vain, for messages. */
export function noConnection({ trouble }: Pick<Conversations, 'trouble'>, timeoutMs: number): string {
  return `there was no connection within ${Math.round(timeoutMs)} ms${trouble && `: ${trouble}`}`
}
