/** The longest beginning or end that is told apart; what is longer shares its place with what begins or ends alike. */
const MAX_LENGTH = 255
/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
const FNV_BASIS = 0x811c9dc5
const FNV_PRIME = 0x01000193

/**
 * Values by the beginnings (or by the ends) of texts. Pure state.
 *
 * A key is 24 bits of hash above 8 bits of length, so that all beginnings of a text are looked up while their hash grows
 * character by character, and nothing is cut out of it. Different beginnings of one length may share a key: whoever asks must
 * compare; beginnings of different lengths never do, so nothing is found twice.
 *
 * - **Cost**: a search takes one step for each character, and one look for each length that occurs.
 */
export class AffixTable<V> {
  readonly #end: 'head' | 'tail'
  readonly #byKey = new Map<number, V>()
  /** How many keys there are of each length. */
  readonly #lengths: number[] = []

  constructor(end: 'head' | 'tail') {
    this.#end = end
  }

  get size(): number {
    return this.#byKey.size
  }

  values(): Iterable<V> {
    return this.#byKey.values()
  }

  /** The key of the first, or last, `length` characters of a text. */
  keyOf(text: string, length: number): number {
    const kept = Math.min(length, MAX_LENGTH)
    let hash = FNV_BASIS
    for (let i = 0; i < kept; i++) hash = step(hash, this.#unit(text, i))
    return keyAt(hash, kept)
  }

  get(key: number): V | undefined {
    return this.#byKey.get(key)
  }

  set(key: number, value: V): void {
    this.#count(key, 1)
    this.#byKey.set(key, value)
  }

  delete(key: number): void {
    if (this.#byKey.delete(key)) this.#count(key, -1)
  }

  /** The values at all beginnings, or ends, of a text; the shortest first. */
  find(text: string): readonly V[] {
    const found: V[] = []
    const longest = Math.min(text.length, this.#lengths.length - 1)
    let hash = FNV_BASIS
    for (let length = 0; length <= longest; length++) {
      if (length > 0) hash = step(hash, this.#unit(text, length - 1))
      if (this.#lengths[length] === 0) continue
      const value = this.#byKey.get(keyAt(hash, length))
      if (value !== undefined) found.push(value)
    }
    return found
  }

  #unit(text: string, index: number): number {
    return text.charCodeAt(this.#end === 'head' ? index : text.length - 1 - index)
  }

  #count(key: number, by: 1 | -1): void {
    const length = key & 0xff
    while (this.#lengths.length <= length) this.#lengths.push(0)
    this.#lengths[length] = (this.#lengths[length] as number) + by
  }
}

function step(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, FNV_PRIME)
}

function keyAt(hash: number, length: number): number {
  return ((hash ^ (hash >>> 24)) << 8) | length
}
