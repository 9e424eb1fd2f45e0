/** Projects of users of the package, made for one test. */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

const require = createRequire(import.meta.url)
const root = dirname(require.resolve('troupe/package.json'))

export interface Project {
  readonly folder: string
  readonly path: (file: string) => string
}

/**
 * A folder with these files and the built package installed in it, gone when the test ends. Only what `packages` names is
 * installed besides what the package depends on. Its `package.json` says `"type": "module"` unless `files` has another.
 */
export function makeProject(files: Readonly<Record<string, string>>, packages: readonly string[] = []): Project {
  const folder = makeFolder()
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, 'troupe'), { recursive: true })
  mkdirSync(join(modules, '@standard-schema'))
  cpSync(join(root, 'dist'), join(modules, 'troupe/dist'), { recursive: true })
  cpSync(join(root, 'package.json'), join(modules, 'troupe/package.json'))
  for (const name of ['@standard-schema/spec', 'comlink', 'commander', 'croner', 'piscina', 'tinypool', 'zod', ...packages]) {
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  for (const [name, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return { folder, path: (file) => join(folder, file) }
}

/** An empty folder, far from any `node_modules`, gone when the test ends. */
export function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'troupe-project-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
