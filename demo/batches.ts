/** Cutting the work into jobs. */

import type { Found } from './walk.js'

export interface Batch {
  readonly paths: readonly string[]
  readonly bytes: number
}

/**
 * Batches of about `batchBytes`, the largest first: what is left at the end is small, so that no thread works alone for long.
 */
export function makeBatches(files: readonly Found[], batchBytes: number): readonly Batch[] {
  const batches: Batch[] = []
  let paths: string[] = []
  let bytes = 0
  const close = (): void => {
    if (paths.length > 0) batches.push({ paths, bytes })
    paths = []
    bytes = 0
  }
  for (const file of files) {
    if (bytes + file.bytes > batchBytes) close()
    paths.push(file.path)
    bytes += file.bytes
  }
  close()
  return batches.sort((one, other) => other.bytes - one.bytes)
}
