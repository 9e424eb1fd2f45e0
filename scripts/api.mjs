/**
 * The API pages: `npm run api` writes docs/api, one page for each symbol. With `--check` it writes nothing: it looks for
 * links that lead nowhere and for symbols without a sentence that says what they are, among the exports of the entry
 * points and of the files that hold the types of the surface.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, runTool } from './steps/command.mjs'
import { install } from './steps/prepare.mjs'

/** What the package exports, as files of src. */
function entryPoints() {
  /** @type {{ exports: Record<string, string | { default: string }> }} */
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const targets = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : [target.default]))
  return targets.map((target) => target.replace('./dist/', 'src/').replace(/\.js$/, '.ts'))
}

/** The files whose types users see without naming them: what `self`, a Remote, a system can do. */
function surfaceFiles() {
  const files = readdirSync(join(root, 'src/actors')).filter((name) => /(-type|-options)\.ts$/.test(name))
  return files.map((name) => `src/actors/${name}`)
}

const check = process.argv.includes('--check')
const files = check ? [...entryPoints(), ...surfaceFiles()] : entryPoints()
const options = check
  ? ['--emit', 'none', '--validation.notDocumented', 'true']
  : ['--plugin', 'typedoc-plugin-missing-exports', '--internalModule', 'behind the signatures']
await install()
const { ok } = await runTool(
  'typedoc',
  [...files.flatMap((file) => ['--entryPoints', file]), ...options, '--validation.notExported', 'false', '--logLevel', 'Warn'],
  { echo: true },
)
if (ok && !check) console.log('api: docs/api/index.html')
if (!ok) process.exitCode = 1
