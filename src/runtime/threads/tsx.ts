/** Where tsx is, the optional peer with which threads load TypeScript. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Loaders for `require` and for `import`: a package that is not `"type": "module"` needs both. */
const LOADERS = ['./cjs/api', './esm/api']

/** URLs of the loaders of tsx that can be found from one of these files; each exports a `register` for the thread that calls it. */
export function findTsx(from: readonly string[]): readonly string[] | undefined {
  for (const path of from) {
    try {
      const require = createRequire(path)
      const manifest = require.resolve('tsx/package.json')
      const { exports } = require('tsx/package.json') as TsxManifest
      const urls = LOADERS.map((name) => new URL(entryFile(exports[name]) ?? '', pathToFileURL(manifest)))
      if (urls.every((url) => url.href.endsWith('.mjs') && existsSync(url))) return urls.map((url) => url.href)
    } catch {
      // shape: not installed where this one looks; the next place may have it
    }
  }
  return undefined
}

/** The tsx that runs this process, if its flags name one; what `npx` runs need not be installed where the program is. */
export function tsxOfProcess(): readonly string[] | undefined {
  const flags = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)]
  const places = flags.map((flag) => flag.replace(/^--?\w+=/, '')).filter((flag) => /(^|[\\/])tsx([\\/]|$)/.test(flag))
  return places.length === 0 ? undefined : findTsx(places.map(placeOf))
}

/** Node looks for a loader that its flags call by name from the current folder. */
function placeOf(flag: string): string {
  if (flag.startsWith('file:')) return fileURLToPath(flag)
  return /^[\\/]|^\w:/.test(flag) ? flag : join(process.cwd(), 'program.js')
}

type Entry = string | { readonly import?: Entry; readonly default?: Entry; readonly types?: string }

interface TsxManifest {
  readonly exports: Readonly<Record<string, Entry | undefined>>
}

function entryFile(entry: Entry | undefined): string | undefined {
  return entry === undefined || typeof entry === 'string' ? entry : entryFile(entry.import ?? entry.default)
}
