/**
 * A number from 0 to 2^32 − 1 for a text, well spread also for texts that differ in one character: FNV-1a over UTF-16 units
 * (Fowler, Noll, Vo), then the finalizer of MurmurHash3 (Appleby).
 */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
