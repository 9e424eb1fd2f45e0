/** Counting one file: what every pass does, in an actor or without one. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface TextCount {
  readonly kind: 'text'
  readonly path: string
  readonly bytes: number
  readonly lines: number
  readonly words: number
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly hash: string
}

/** A file with a NUL byte, or one that could not be read. */
export interface NoText {
  readonly kind: 'binary' | 'unreadable'
  readonly path: string
}

export type FileCount = TextCount | NoText

const NEWLINE = 10
const IDENTIFIER = /[A-Za-z_$][\w$]*/g

/**
 * Reads and counts the file at `path` below `root`, and calls `onIdentifier` for each distinct identifier in it.
 * It blocks its thread: a thread that counts has nothing else to do, and reading small files is fastest so.
 */
export function countFile(root: string, path: string, onIdentifier: (identifier: string) => void): FileCount {
  const content = readContent(join(root, path))
  if (content === undefined) return { kind: 'unreadable', path }
  if (content.includes(0)) return { kind: 'binary', path }
  const text = content.toString('utf8')
  for (const identifier of new Set(text.match(IDENTIFIER))) onIdentifier(identifier)
  return { kind: 'text', path, bytes: content.length, lines: countLines(content), words: countWords(text), hash: sha256(content) }
}

function readContent(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

function countLines(content: Buffer): number {
  let lines = 0
  for (let at = content.indexOf(NEWLINE); at >= 0; at = content.indexOf(NEWLINE, at + 1)) lines++
  return lines
}

function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
