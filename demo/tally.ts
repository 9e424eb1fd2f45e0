/** Adding up what was counted, in whatever order it comes. */

import { createHash } from 'node:crypto'
import type { FileCount, TextCount } from './count-file.js'

/** What one pass found; equal for equal input, whoever counted. */
export interface Result {
  readonly files: number
  readonly bytes: number
  readonly lines: number
  readonly words: number
  readonly identifiers: number
  readonly binary: number
  readonly unreadable: number
  /** SHA-256 over path and hash of every file, sorted by path. */
  readonly hash: string
}

export class Tally {
  readonly #texts = new Map<string, TextCount>()
  readonly #identifiers = new Set<string>()
  readonly #skipped = { binary: 0, unreadable: 0 }

  addFile(count: FileCount): void {
    if (count.kind === 'text') this.#texts.set(count.path, count)
    else this.#skipped[count.kind]++
  }

  addIdentifier(identifier: string): void {
    this.#identifiers.add(identifier)
  }

  get texts(): ReadonlyMap<string, TextCount> {
    return this.#texts
  }

  result(): Result {
    const texts = [...this.#texts.values()].sort((one, other) => (one.path < other.path ? -1 : 1))
    const sum = (field: 'bytes' | 'lines' | 'words'): number => texts.reduce((total, text) => total + text[field], 0)
    const hash = createHash('sha256')
    for (const { path, hash: own } of texts) hash.update(`${path}\0${own}\n`)
    return {
      files: texts.length,
      bytes: sum('bytes'),
      lines: sum('lines'),
      words: sum('words'),
      identifiers: this.#identifiers.size,
      ...this.#skipped,
      hash: hash.digest('hex'),
    }
  }
}
