/** Finding the files to count. */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Larger files are not read: 8 MiB. */
export const MAX_FILE_BYTES = 8 * 1024 * 1024

export interface Found {
  /** Below the root. */
  readonly path: string
  readonly bytes: number
}

export interface Findings {
  readonly files: readonly Found[]
  /** Files over `MAX_FILE_BYTES`. */
  readonly tooLarge: number
}

/** All regular files below `root`, sorted by path, without `.git` and without following links. */
export function walk(root: string): Findings {
  const files: Found[] = []
  let tooLarge = 0
  for (const path of paths(root, '')) {
    const bytes = statSync(join(root, path), { throwIfNoEntry: false })?.size ?? 0
    if (bytes > MAX_FILE_BYTES) tooLarge++
    else files.push({ path, bytes })
  }
  files.sort((one, other) => (one.path < other.path ? -1 : 1))
  return { files, tooLarge }
}

function* paths(root: string, folder: string): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && entry.name !== '.git') yield* paths(root, path)
    else if (entry.isFile()) yield path
  }
}
