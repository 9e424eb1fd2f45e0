import type { Random } from './world.js'

/**
 * A source that repeats itself for a seed: sfc32 of PractRand (Chris Doty-Humphrey), warmed up by twelve rounds.
 */
export function seededRandom(seed: number): Random {
  let a = seed | 0
  let b = Math.floor(seed / 2 ** 32) | 0
  let c = 0x9e3779b9 | 0
  let counter = 1
  const round = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let i = 0; i < 12; i++) round()
  return { next: () => round() / 2 ** 32 }
}

/** A whole number from 0 to `below` − 1. */
export function randomIndex(random: Random, below: number): number {
  return Math.floor(random.next() * below)
}

/** `digits` hexadecimal digits. */
export function randomHex(random: Random, digits: number): string {
  let text = ''
  while (text.length < digits)
    text += Math.floor(random.next() * 0x10000)
      .toString(16)
      .padStart(4, '0')
  return text.slice(0, digits)
}
