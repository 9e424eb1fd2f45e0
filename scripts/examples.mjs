/**
 * Runs the examples and compares what they print with what they should: `npm run examples`, or
 * `npm run examples -- NAME…`. `examples/NAME.ts` (or `.js`) prints `examples/NAME.out`, where `<any>` in a line stands
 * for any text. Folders below `examples` hold what examples import.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { diffOutput } from './rules/expected-output.mjs'
import { root, runNode } from './steps/command.mjs'
import { prepare } from './steps/prepare.mjs'
import { chooseSteps, runSteps } from './steps/step-list.mjs'

const LIMIT_MS = 60_000
const folder = join(root, 'examples')

/**
 * @param {string} file
 * @returns {Promise<import('./steps/command.mjs').Outcome>}
 */
async function runExample(file) {
  const args = file.endsWith('.ts') ? ['--import', 'tsx', `examples/${file}`] : [`examples/${file}`]
  const outcome = await runNode(args, { limitMs: LIMIT_MS, env: { NO_COLOR: '1', FORCE_COLOR: '0' } })
  const expectedFile = join(folder, outputOf(file))
  if (!outcome.ok) return outcome
  if (!existsSync(expectedFile)) return { ...outcome, ok: false, reason: `there is no examples/${outputOf(file)}; it printed` }
  const diff = diffOutput(readFileSync(expectedFile, 'utf8'), outcome.stdout)
  return diff === ''
    ? { ...outcome, stdout: '', stderr: '' }
    : { ...outcome, ok: false, reason: 'printed something else', stdout: `${diff}\n` }
}

/** @param {string} file */
function outputOf(file) {
  return file.replace(/\.(ts|js)$/, '.out')
}

const files = existsSync(folder) ? readdirSync(folder).sort() : []
const programs = files.filter((file) => /(?<!\.d)\.(ts|js)$/.test(file))
const orphans = files.filter((file) => file.endsWith('.out') && !programs.some((program) => outputOf(program) === file))
const steps = programs.map((file) => ({ name: file.replace(/\.(ts|js)$/, ''), run: () => runExample(file) }))
const chosen = chooseSteps(steps, process.argv.slice(2))

console.log(`examples: ${chosen.length}`)
await prepare()
const failed = await runSteps(chosen, { atOnce: 2 })
for (const orphan of orphans) console.error(`examples/${orphan} belongs to no example`)
if (failed.length > 0) console.error(`examples failed: ${failed.join(', ')}`)
if (failed.length > 0 || orphans.length > 0) process.exitCode = 1
