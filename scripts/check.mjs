/**
 * Everything static: `npm run check`, or `npm run check -- NAME…` for some of it.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, runNode, runTool } from './steps/command.mjs'
import { build, install } from './steps/prepare.mjs'
import { chooseSteps, runSteps } from './steps/step-list.mjs'

/** @param {readonly string[]} folders */
const existing = (folders) => folders.filter((folder) => existsSync(join(root, folder)))

/** @type {readonly import('./steps/step-list.mjs').Step[]} */
const steps = [
  { name: 'lint', run: () => runTool('biome', ['check', '--error-on-warnings', '--max-diagnostics=100']) },
  { name: 'types', run: () => runTool('tsc', ['-p', 'tsconfig.json']) },
  { name: 'type-tests', run: typeTests },
  { name: 'layers', run: () => runTool('depcruise', existing(['src', 'test', 'examples', 'demo', 'benchmarks'])) },
  { name: 'exports', run: () => runTool('knip', ['--no-progress', '--no-config-hints']) },
  { name: 'seam', run: () => runNode(['scripts/check-seam.mjs']) },
  { name: 'shape', run: () => runNode(['scripts/check-shape.mjs']) },
  { name: 'api', run: () => runNode(['scripts/api.mjs', '--check']) },
  { name: 'package', run: () => runNode(['scripts/check-package.mjs']) },
]

async function typeTests() {
  if (!existsSync(join(root, 'test/types'))) return /** @type {const} */ ({ ok: true, reason: 'none yet' })
  return runTool('tsc', ['-p', 'tsconfig.types.json'])
}

const chosen = chooseSteps(steps, process.argv.slice(2))
console.log('check')
await install()
// What does not compile is still looked at: the other steps may tell why.
const failed = (await build()) ? [] : ['build']
failed.push(...(await runSteps(chosen, { atOnce: 2 })))
if (failed.length > 0) {
  console.error(`check failed: ${failed.join(', ')}`)
  process.exitCode = 1
}
