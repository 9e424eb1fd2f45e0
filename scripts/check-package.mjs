/**
 * The package as its users get it: packs what is built, then looks at the list of files, and at exports and types with
 * publint and attw.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, runNpm, runTool } from './steps/command.mjs'

/** @typedef {{ filename: string, size: number, files: { path: string }[] }} Packed */

const SHIPPED = [/^dist\/.+\.(js|d\.ts|js\.map)$/, /^package\.json$/, /^README\.md$/, /^LICENSE$/]
const MAX_SIZE_BYTES = 2 * 1024 * 1024

/** @type {string[]} */
const faults = []

/**
 * @param {string} name
 * @param {import('./steps/command.mjs').Outcome} outcome
 */
function note(name, { ok, reason, stdout, stderr }) {
  if (!ok) faults.push(`${name}: ${reason}\n${stdout}${stderr}`)
}

/**
 * @param {string} folder
 * @returns {Promise<Packed | undefined>}
 */
async function pack(folder) {
  const outcome = await runNpm(['pack', '--ignore-scripts', '--json', '--loglevel=error', '--pack-destination', folder])
  note('npm pack', outcome)
  return outcome.ok ? JSON.parse(outcome.stdout)[0] : undefined
}

/** @param {Packed} packed */
function checkFiles({ files, size }) {
  for (const { path } of files) if (!SHIPPED.some((pattern) => pattern.test(path))) faults.push(`ships ${path}, which no user needs`)
  if (size > MAX_SIZE_BYTES) faults.push(`is ${size} bytes packed, at most ${MAX_SIZE_BYTES}`)
}

/**
 * A lock file installs anywhere only when it names no registry, and when it has an entry for every optional
 * dependency: npm leaves out those that its registry did not have at that time, and `npm ci` then refuses.
 */
function checkLock() {
  /** @type {Record<string, { resolved?: string, optionalDependencies?: Record<string, string> }>} */
  const packages = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  for (const [path, { resolved, optionalDependencies = {} }] of Object.entries(packages)) {
    if (resolved !== undefined) faults.push(`package-lock.json names where ${path} comes from: ${resolved}`)
    const lacking = Object.keys(optionalDependencies).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
    )
    if (lacking.length > 0) faults.push(`package-lock.json lacks ${lacking.join(', ')} of ${path}: npm ci would refuse it`)
  }
}

const folder = mkdtempSync(join(tmpdir(), 'troupe-package-'))
try {
  checkLock()
  const packed = await pack(folder)
  if (packed) {
    const tarball = join(folder, packed.filename)
    checkFiles(packed)
    note('publint', await runTool('publint', ['run', tarball, '--strict']))
    note(
      'attw',
      await runTool('attw', [tarball, '--profile', 'esm-only', '--no-definitely-typed', '--no-emoji', '--no-color', '--format', 'ascii']),
    )
    console.log(`package: ${packed.files.length} files, ${Math.ceil(packed.size / 1024)} KiB packed`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
for (const fault of faults) console.error(`package: ${fault}`)
if (faults.length > 0) process.exitCode = 1
