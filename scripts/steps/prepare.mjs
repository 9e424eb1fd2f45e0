/**
 * What a fresh clone needs before anything of it can run. Only Node's own modules may be imported here.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root, runNode, runNpm } from './command.mjs'
import { runStep } from './step-list.mjs'

/** Installs when node_modules does not hold what the lock file says; ends the process when it cannot. */
export async function install() {
  requireNode()
  if (isInstalled()) return
  if (!(await runStep({ name: 'install', run: () => runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error']) }))) process.exit(1)
}

/** Builds when dist is missing or older than src; resolves with whether dist is now up to date. */
export async function build() {
  return isBuilt() || (await runStep({ name: 'build', run: () => runNode(['scripts/build.mjs']) }))
}

/** Installs and builds, each only when needed; ends the process when it cannot. */
export async function prepare() {
  await install()
  if (!(await build())) process.exit(1)
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 11)) return
  console.error(`Cannot run on Node ${process.versions.node}: troupe needs 20.11 or later`)
  process.exit(1)
}

/**
 * Whether node_modules holds what package-lock.json says. It compares contents, because a checkout or `npm install`
 * leaves file times that mean nothing.
 */
function isInstalled() {
  const installedFile = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(installedFile)) return false
  const installed = readPackages(installedFile)
  return Object.entries(readPackages(join(root, 'package-lock.json'))).every(([path, wanted]) => {
    if (path === '') return true
    const found = installed[path]
    if (!found) return wanted.optional === true || wanted.peer === true
    return found.version === wanted.version && (wanted.integrity === undefined || found.integrity === wanted.integrity)
  })
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean, peer?: boolean }>}
 */
function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages
}

/** Whether dist is newer than all it was made from; `scripts/build.mjs` dates it at the start of the build. */
function isBuilt() {
  const dist = join(root, 'dist')
  if (!existsSync(dist)) return false
  const inputs = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'].map((name) => join(root, name))
  const newestMs = Math.max(newestTimeMs(join(root, 'src')), ...inputs.map((file) => statSync(file).mtimeMs))
  return statSync(dist).mtimeMs > newestMs
}

/**
 * The last change below a folder; folders count, as a removal changes only them.
 *
 * @param {string} folder
 * @returns {number}
 */
function newestTimeMs(folder) {
  const times = readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? newestTimeMs(path) : statSync(path).mtimeMs
  })
  return Math.max(statSync(folder).mtimeMs, ...times)
}
