/**
 * The first bytes of a link, sent by both sides at once and always 64. All that a stranger can make us read before it has proved who it is
 * are three records of fixed size: this one, the answer and the verdict. Numbers are big-endian.
 *
 *    0 │ 4  │ `TRPX`
 *    4 │ 1  │ lowest version of the protocol that is spoken
 *    5 │ 1  │ highest version
 *    6 │ 1  │ role: 0 server, 1 client
 *    7 │ 1  │ bit 0: a secret is demanded
 *    8 │ 16 │ first half of the SHA-256 of the group's name
 *   24 │ 16 │ nonce, new for each link
 *   40 │ 16 │ id of the process
 *   56 │ 6  │ its incarnation
 *   62 │ 2  │ 0
 */

import type { TextBytes } from '../../base/world.js'
import type { Crypto } from './crypto-port.js'
import { processIdBytes, processIdOf } from './process-ids.js'
import type { ProcessName } from './process-name.js'

export const HELLO_BYTES = 64
export const NONCE_BYTES = 16
const MAGIC = [0x54, 0x52, 0x50, 0x58] as const
const GROUP_AT = 8
const NONCE_AT = 24
const ID_AT = 40
const INCARNATION_AT = 56
const HALF_HASH_BYTES = 16
const DEMANDS_SECRET = 1

export type Role = 'server' | 'client'

/** The versions that a process speaks. */
export interface VersionRange {
  readonly lowest: number
  readonly highest: number
}

export interface Hello {
  readonly versions: VersionRange
  readonly role: Role
  readonly demandsSecret: boolean
  /** 16 bytes. */
  readonly groupHash: Uint8Array
  /** 16 bytes. */
  readonly nonce: Uint8Array
  readonly process: ProcessName
}

/** What stands for a group on the wire: strangers do not learn its name. */
export function groupHashOf(group: string, { crypto, text }: { readonly crypto: Crypto; readonly text: TextBytes }): Uint8Array {
  return crypto.sha256(bytesOf(group, text)).slice(0, HALF_HASH_BYTES)
}

export function bytesOf(words: string, text: TextBytes): Uint8Array {
  const bytes = new Uint8Array(words.length * 3)
  return bytes.slice(0, text.write(words, bytes, 0))
}

export function writeHello(hello: Hello): Uint8Array {
  const bytes = new Uint8Array(HELLO_BYTES)
  bytes.set(MAGIC)
  bytes[4] = hello.versions.lowest
  bytes[5] = hello.versions.highest
  bytes[6] = hello.role === 'server' ? 0 : 1
  bytes[7] = hello.demandsSecret ? DEMANDS_SECRET : 0
  bytes.set(hello.groupHash, GROUP_AT)
  bytes.set(hello.nonce, NONCE_AT)
  bytes.set(processIdBytes(hello.process.id), ID_AT)
  let rest = hello.process.incarnation
  for (let i = 5; i >= 0; i--) {
    bytes[INCARNATION_AT + i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return bytes
}

/** `undefined` for what is no hello: something else than an exchange is at the other end. */
export function readHello(bytes: Uint8Array): Hello | undefined {
  if (bytes.length !== HELLO_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte)) return undefined
  const [, , , , lowest, highest, role, bits] = bytes as unknown as readonly number[]
  if (role !== 0 && role !== 1) return undefined
  let incarnation = 0
  for (let i = 0; i < 6; i++) incarnation = incarnation * 256 + (bytes[INCARNATION_AT + i] as number)
  return {
    versions: { lowest: lowest as number, highest: highest as number },
    role: role === 0 ? 'server' : 'client',
    demandsSecret: ((bits as number) & DEMANDS_SECRET) !== 0,
    groupHash: bytes.slice(GROUP_AT, NONCE_AT),
    nonce: bytes.slice(NONCE_AT, ID_AT),
    process: { id: processIdOf(bytes.subarray(ID_AT, INCARNATION_AT)), incarnation },
  }
}
