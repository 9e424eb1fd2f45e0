/**
 * Two processes keep one link. What happens to a second one is decided by both sides on their own, so that one of the two stays whatever
 * the order in which each side sees them.
 */

import type { PeerHello } from '../protocol/handshake.js'

/** A link to a process, as far as it matters here. */
export interface Candidate {
  readonly peer: Pick<PeerHello, 'process' | 'linkNonce'>
  /** Id of the process that opened it. */
  readonly opener: string
  /** When its wire was there, and when both sides had welcomed each other; `null` before that. */
  readonly openedMs: number
  readonly activeMs: number | null
}

export type DuplicateDecision =
  /** The newcomer is refused. */
  | { readonly kind: 'keep'; readonly reason: 'duplicate' | 'identity' }
  /** The older one ends. */
  | { readonly kind: 'replace'; readonly reason: 'duplicate' }
  /** The older one stays if it is alive, and the newcomer is refused. */
  | { readonly kind: 'probe'; readonly reason: 'duplicate' | 'identity' }

/**
 * What becomes of a newcomer to a process to which there is a link.
 *
 * | | decision |
 * | --- | --- |
 * | the newcomer is from a later start | probe: of two live holders of one id the first stays |
 * | the newcomer is from an earlier start | keep |
 * | the older one was active before the newcomer was opened | probe |
 * | both were opened about the same time | that of the smaller opener stays, of one opener that of the smaller nonce |
 */
export function decideDuplicate(older: Candidate, newcomer: Candidate): DuplicateDecision {
  const since = newcomer.peer.process.incarnation - older.peer.process.incarnation
  if (since > 0) return { kind: 'probe', reason: 'identity' }
  if (since < 0) return { kind: 'keep', reason: 'identity' }
  if (older.activeMs !== null && older.activeMs < newcomer.openedMs) return { kind: 'probe', reason: 'duplicate' }
  return comesFirst(newcomer, older) ? { kind: 'replace', reason: 'duplicate' } : { kind: 'keep', reason: 'duplicate' }
}

/** The same for both sides, whatever they have seen first. */
function comesFirst(one: Candidate, other: Candidate): boolean {
  if (one.opener !== other.opener) return one.opener < other.opener
  return compareBytes(one.peer.linkNonce, other.peer.linkNonce) < 0
}

function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const at = one.findIndex((byte, i) => byte !== other[i])
  return at < 0 ? 0 : (one[at] as number) - (other[at] as number)
}
