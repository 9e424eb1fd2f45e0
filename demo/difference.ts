/** Comparing two passes. */

import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Result, Tally } from './tally.js'

const MAX_PATHS = 20

/** How `got` differs from `wanted`, in lines for people; empty when they are identical. `sinceMs` is when the first pass began. */
export function findDifference(wanted: Tally, got: Tally, root: string, sinceMs: number): readonly string[] {
  const [one, other] = [wanted.result(), got.result()]
  const fields = (Object.keys(one) as (keyof Result)[]).filter((field) => one[field] !== other[field])
  if (fields.length === 0) return []
  const totals = fields.flatMap((field) => [`- ${field}: ${one[field]}`, `+ ${field}: ${other[field]}`])
  const paths = differingPaths(wanted, got)
  const named = paths
    .slice(0, MAX_PATHS)
    .map((path) => `  ${path}${hasChanged(join(root, path), sinceMs) ? ' (changed while the demo ran)' : ''}`)
  const more = paths.length > MAX_PATHS ? [`  and ${paths.length - MAX_PATHS} more`] : []
  return [...totals, `files that differ: ${paths.length}`, ...named, ...more]
}

function differingPaths(wanted: Tally, got: Tally): readonly string[] {
  const all = new Set([...wanted.texts.keys(), ...got.texts.keys()])
  return [...all].filter((path) => JSON.stringify(wanted.texts.get(path)) !== JSON.stringify(got.texts.get(path))).sort()
}

function hasChanged(file: string, sinceMs: number): boolean {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats === undefined || stats.mtimeMs > sinceMs
}
