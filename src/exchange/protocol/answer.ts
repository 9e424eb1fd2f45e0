/**
 * What follows the hello, in both directions: the answer, always 68 bytes, and the verdict, always 4.
 *
 *   answer    0 │ 1  │ 0 no secret is known, 1 proofs follow, 2 refused
 *             1 │ 1  │ reason of a refusal
 *             2 │ 2  │ 0
 *             4 │ 32 │ proof by the newest secret
 *            36 │ 32 │ proof by the one before it, random bytes where there is none
 *   verdict   0 │ 1  │ 86
 *             1 │ 1  │ 0 welcome, else the reason of a refusal
 *             2 │ 2  │ 0
 *
 * A proof is the HMAC-SHA-256 (RFC 2104) by the secret over a label for the side that proves, the hello of the side that connected and the hello
 * of the side that accepted: over both nonces, both ids, group, roles and versions. The labels differ, so that no side can send back what it was sent.
 */

import type { TextBytes } from '../../base/world.js'
import type { Crypto } from './crypto-port.js'
import { bytesOf } from './hello.js'
import { type RefusalReason, refusalNumber, refusalOf } from './refusal.js'

export const ANSWER_BYTES = 68
export const VERDICT_BYTES = 4
const PROOF_BYTES = 32
const FIRST_PROOF_AT = 4
const VERDICT_MARK = 86
/** A secret may be replaced while the old one is still accepted. */
const MOST_SECRETS = 2

export type Answer =
  | { readonly kind: 'open' }
  | { readonly kind: 'proofs'; readonly proofs: readonly Uint8Array[] }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }

/** Which side of a link: the one that connected, or the one that accepted. */
export type Side = 'connector' | 'acceptor'

export interface Proving {
  readonly crypto: Crypto
  readonly text: TextBytes
  readonly connector: Uint8Array
  readonly acceptor: Uint8Array
}

export function proofOf(secret: string, side: Side, { crypto, text, connector, acceptor }: Proving): Uint8Array {
  const label = bytesOf(`troupe exchange ${side}`, text)
  const said = new Uint8Array(label.length + connector.length + acceptor.length)
  said.set(label)
  said.set(connector, label.length)
  said.set(acceptor, label.length + connector.length)
  return crypto.hmacSha256(bytesOf(secret, text), said)
}

/** `spare` takes the place of a second proof. */
export function writeAnswer(answer: Answer, spare: (bytes: number) => Uint8Array): Uint8Array {
  const bytes = new Uint8Array(ANSWER_BYTES)
  if (answer.kind === 'refused') bytes.set([2, refusalNumber(answer.reason)])
  if (answer.kind !== 'proofs') return bytes
  bytes[0] = 1
  for (let i = 0; i < MOST_SECRETS; i++) bytes.set(answer.proofs[i] ?? spare(PROOF_BYTES), FIRST_PROOF_AT + i * PROOF_BYTES)
  return bytes
}

/** `undefined` when it is none. */
export function readAnswer(bytes: Uint8Array): Answer | undefined {
  const [kind, number] = bytes
  if (kind === 0) return { kind: 'open' }
  if (kind === 2) return { kind: 'refused', reason: refusalOf(number as number) ?? 'authorise' }
  if (kind !== 1) return undefined
  const at = (i: number): number => FIRST_PROOF_AT + i * PROOF_BYTES
  return { kind: 'proofs', proofs: Array.from({ length: MOST_SECRETS }, (_, i) => bytes.slice(at(i), at(i + 1))) }
}

export function writeVerdict(reason: RefusalReason | undefined): Uint8Array {
  return Uint8Array.of(VERDICT_MARK, refusalNumber(reason), 0, 0)
}

/** `null` when it is none; `undefined` is a welcome. */
export function readVerdict(bytes: Uint8Array): RefusalReason | undefined | null {
  return bytes[0] === VERDICT_MARK ? refusalOf(bytes[1] as number) : null
}
