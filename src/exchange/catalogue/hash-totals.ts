import type { AudienceLog } from './logs/audience-log.js'
import { addHash, type Hash64, hashDigest, NO_HASH, subtractHash } from './logs/digest.js'

/** The hash over all logs of an audience, for each audience; kept up to date at the cost of what changes. */
export class HashTotals {
  readonly #byAudience = new Map<string, Hash64>()

  of(audience: string): Hash64 {
    return this.#byAudience.get(audience) ?? NO_HASH
  }

  /** Does something to a log, and takes account of what it has changed. */
  across<T>(log: AudienceLog, act: () => T): T {
    const before = log.digest
    const result = act()
    const { audience } = log.name
    this.#set(audience, addHash(subtractHash(this.of(audience), hashDigest(before)), hashDigest(log.digest)))
    return result
  }

  /** A log is known no more. */
  drop(log: AudienceLog): void {
    this.#set(log.name.audience, subtractHash(this.of(log.name.audience), hashDigest(log.digest)))
  }

  #set(audience: string, hash: Hash64): void {
    if (hash.high === 0 && hash.low === 0) this.#byAudience.delete(audience)
    else this.#byAudience.set(audience, hash)
  }
}
