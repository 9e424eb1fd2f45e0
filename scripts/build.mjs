/**
 * Compiles src to dist, one file out per file in. It removes dist first, so that nothing of an earlier build stays.
 */
import { rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { root, runTool } from './steps/command.mjs'

const started = new Date()
const dist = join(root, 'dist')
rmSync(dist, { recursive: true, force: true })
const { ok, reason } = await runTool('tsc', ['-p', 'tsconfig.build.json'], { echo: true })
if (ok) {
  // What changed while it was compiled counts as newer.
  utimesSync(dist, started, started)
} else {
  console.error(`Cannot build dist: tsc ended with ${reason}`)
  process.exitCode = 1
}
