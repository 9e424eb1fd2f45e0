/**
 * A number for a text, 32 bits: FNV-1a over UTF-16 units (Fowler, Noll, Vo). `seed` is the hash of what comes before.
 */
export function hashText(text: string, seed = 0x811c9dc5): number {
  let hash = seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** Spreads a hash over all 32 bits, so that hashes may be compared by size: the finalizer of MurmurHash3 (Appleby). */
export function mixHash(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/** A number for a whole number of up to 53 bits. `seed` is the hash of what comes before. */
export function hashNumber(value: number, seed = 0x811c9dc5): number {
  return mixHash(mixHash(seed ^ (value >>> 0)) ^ Math.floor(value / 2 ** 32))
}
