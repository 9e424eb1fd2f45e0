import type { LinkEnd } from '../links/link-listener.js'
import type { Wire } from '../transports/transport.js'

/** Why a connection is not there, or no longer. */
export type ConnectionReason = LinkEnd['reason']

const MEANINGS: Readonly<Record<ConnectionReason, string>> = {
  group: 'the two are of different exchange groups: compare the option group',
  secret: 'the two do not know the same secret: compare the option secret',
  version: 'the other side speaks another version of the protocol, or something else',
  duplicate: 'there is another link to that process',
  self: 'it leads to this very process',
  authorise: 'one side does not want the other',
  identity: 'another process has the same id: give each its own',
  timeout: 'nothing was heard of the other side',
  lost: 'the connection broke off',
  closed: 'one side has closed it',
}

/** What a reason means, and what to do where something can be done. */
export function meaningOf(reason: ConnectionReason): string {
  return MEANINGS[reason]
}

/** What becomes of connections of an exchange. */
export interface ConnectionEvent {
  /**
   * - `active`: what the other process has to offer is known here.
   * - `inactive`: it was active, and has ended.
   * - `failed`: an attempt came to nothing, or an attempt that both sides agreed on broke off.
   * - `refused`: one of the two sides does not want the other; `reason` says why.
   */
  readonly state: 'active' | 'inactive' | 'failed' | 'refused'
  /** The exchange group. */
  readonly group: string
  /** Id of the other process; `''` while it is unknown. */
  readonly process: string
  readonly remoteAddress: string
  readonly localAddress: string
  readonly reason?: ConnectionReason
  readonly error?: Error
}

/** What a link that has ended means for those who listen; `wasActive` tells what they have heard before. */
export function stateAfter({ reason }: Pick<LinkEnd, 'reason'>, wasActive: boolean): ConnectionEvent['state'] {
  if (wasActive) return 'inactive'
  return reason === 'lost' || reason === 'closed' || reason === 'timeout' ? 'failed' : 'refused'
}

/** Whether another attempt can come to something: who is told that it has the wrong group or is itself need not ask again and again. */
export function fateOf({ reason }: Pick<LinkEnd, 'reason'>): 'lost' | 'duplicate' | 'final' {
  if (reason === 'duplicate') return 'duplicate'
  return reason === 'self' ? 'final' : 'lost'
}

/** What is told of a link; `end` once it has ended. */
export function linkEvent(
  state: ConnectionEvent['state'],
  { wire, process, group }: Pick<ConnectionEvent, 'process' | 'group'> & { readonly wire: Pick<Wire, 'remoteAddress' | 'localAddress'> },
  end?: LinkEnd,
): ConnectionEvent {
  const { remoteAddress, localAddress } = wire
  const known = { state, group, process, remoteAddress, localAddress }
  if (end === undefined) return known
  const { reason, error } = end
  return error === undefined ? { ...known, reason } : { ...known, reason, error }
}
