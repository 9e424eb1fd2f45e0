const SLOTS = 512

/**
 * Short strings that were read before: a key or a method name seen again costs no allocation.
 *
 * - **Cost**: at most 512 strings of 31 characters; one that falls on the slot of another replaces it.
 */
export class Words {
  private readonly slots: (string | undefined)[] = new Array<string | undefined>(SLOTS).fill(undefined)

  /** The string of the ASCII bytes from `start` to `end`; undefined when one is not ASCII. */
  word(bytes: Uint8Array, start: number, end: number): string | undefined {
    let hash = 0
    let all = 0
    for (let i = start; i < end; i++) {
      const byte = bytes[i] as number
      all |= byte
      hash = (Math.imul(hash, 31) + byte) | 0
    }
    if (all >= 0x80) return undefined
    const slot = (hash ^ (hash >>> 9)) & (SLOTS - 1)
    const known = this.slots[slot]
    if (known !== undefined && same(known, bytes, start, end)) return known
    const word = interned(bytes, start, end)
    this.slots[slot] = word
    return word
  }
}

function same(word: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (word.length !== end - start) return false
  for (let i = start; i < end; i++) if (word.charCodeAt(i - start) !== bytes[i]) return false
  return true
}

/** As a key of an object, the engine makes a string the one that all equal keys share, which later stores find fastest. */
function interned(bytes: Uint8Array, start: number, end: number): string {
  const text = String.fromCharCode(...bytes.subarray(start, end))
  for (const key in Object.defineProperty(Object.create(null) as object, text, { value: 0, enumerable: true })) return key
  return text
}
