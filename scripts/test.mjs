/**
 * Everything: `npm test`, or `npm test -- NAME…` for some of it. It needs only Node and npm; the rest it installs.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, runNode, runTool } from './steps/command.mjs'
import { prepare } from './steps/prepare.mjs'
import { chooseSteps, runSteps } from './steps/step-list.mjs'

/** @type {readonly import('./steps/step-list.mjs').Step[]} */
const steps = [
  { name: 'check', run: () => runNode(['scripts/check.mjs'], { echo: true }) },
  { name: 'unit', run: () => vitest('unit') },
  { name: 'integration', run: integration },
  { name: 'node-versions', run: nodeVersions },
  { name: 'examples', run: () => runNode(['scripts/examples.mjs'], { echo: true }) },
]

/** @param {string} project */
function vitest(project) {
  return runTool('vitest', ['run', '--project', project], { echo: true })
}

async function integration() {
  if (!existsSync(join(root, 'test/integration'))) return /** @type {const} */ ({ ok: true, reason: 'none yet' })
  return vitest('integration')
}

/** Programs on other versions of Node, from the folder that TROUPE_NODES names: more than Node and npm, so only where they are. */
async function nodeVersions() {
  if (process.env['TROUPE_NODES']) return vitest('node-versions')
  return /** @type {const} */ ({ ok: true, reason: 'not run here: Node 22, 24 and 26 (.ci/run installs them)' })
}

const chosen = chooseSteps(steps, process.argv.slice(2))
console.log('test')
await prepare()
const failed = await runSteps(chosen)
console.log(failed.length > 0 ? `test failed: ${failed.join(', ')}` : 'test passed')
if (failed.length > 0) process.exitCode = 1
