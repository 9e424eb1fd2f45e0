/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
const FNV_BASIS = 0x811c9dc5
const FNV_PRIME = 0x01000193

/**
 * Tells what is asked for again from what is asked for once, so that the latter is not kept: the doorkeeper of a cache (Einziger and
 * others, "TinyLFU", 2017). Remembers one hash in each of its places; two texts with one hash are taken for one, which costs a
 * little and harms nothing.
 */
export class Doorkeeper {
  readonly #seen: Int32Array

  /** `places` is a power of two. */
  constructor(places: number) {
    this.#seen = new Int32Array(places)
  }

  /** True when the text was asked for lately; it has been from now on. */
  knows(text: string): boolean {
    let hash = FNV_BASIS | 0
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME)
    const at = (hash ^ (hash >>> 15)) & (this.#seen.length - 1)
    if (this.#seen[at] === hash) return true
    this.#seen[at] = hash
    return false
  }
}
