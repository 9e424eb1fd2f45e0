import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Crypto } from './protocol/crypto-port.js'

/** The cryptography of Node. */
export const nodeCrypto: Crypto = {
  sha256: (bytes) => createHash('sha256').update(bytes).digest(),
  hmacSha256: (key, bytes) => createHmac('sha256', key).update(bytes).digest(),
  isSame: (one, other) => one.length === other.length && timingSafeEqual(one, other),
  randomBytes: (count) => randomBytes(count),
}
