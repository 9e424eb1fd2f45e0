import { hashNumber, hashText, mixHash } from '../../../base/hash.js'
import type { LogName } from './log-event.js'

/** 64 bits as two numbers of 32. Against chance, not against an adversary. */
export interface Hash64 {
  readonly high: number
  readonly low: number
}

/** Where each half of a hash begins. */
export const SEEDS: Hash64 = { high: 0x9e3779b9, low: 0x85ebca6b }

export const NO_HASH: Hash64 = { high: 0, low: 0 }

/** What a log holds, in a few bytes: equal digests mean equal logs. */
export interface LogDigest extends LogName {
  /** Of the last change. */
  readonly number: number
  /** Over the records, in any order. */
  readonly hash: Hash64
}

/** The hash of both together; the order in which hashes are added makes no difference. */
export function addHash(one: Hash64, other: Hash64): Hash64 {
  return { high: (one.high + other.high) >>> 0, low: (one.low + other.low) >>> 0 }
}

/** The inverse of `addHash`. */
export function subtractHash(one: Hash64, other: Hash64): Hash64 {
  return { high: (one.high - other.high) >>> 0, low: (one.low - other.low) >>> 0 }
}

/** Orders hashes: below 0 when the first is the smaller, 0 when they are equal. */
export function compareHashes(one: Hash64, other: Hash64): number {
  return one.high - other.high || one.low - other.low
}

/** The hash that stands for a log in the hash over many. A log in which nothing was ever written is as good as none. */
export function hashDigest(digest: LogDigest): Hash64 {
  if (digest.number === 0) return NO_HASH
  return { high: hashHalf(digest, 'high'), low: hashHalf(digest, 'low') }
}

function hashHalf({ origin, audience, number, hash }: LogDigest, half: keyof Hash64): number {
  const name = hashText(audience, hashNumber(origin.incarnation, hashText(origin.id, SEEDS[half])))
  return mixHash(hashNumber(hash[half], hashNumber(number, name)))
}
