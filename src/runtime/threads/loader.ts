import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { threadMark } from './bootstrap.js'

const TYPESCRIPT = /\.[mc]?tsx?$/

/** How a thread gets at a module: the loader to register first, if it needs one. */
export interface Loading {
  /** URL of tsx's `esm/api`, which registers a TypeScript loader in the thread that calls it. */
  readonly loaderUrl: string | undefined
}

/**
 * How to load the module of a definition. TypeScript is loaded with tsx, an optional peer, unless the process has been
 * told to load it some other way: a loader in the flags that threads inherit, or Node's own type stripping.
 *
 * @throws Error when the module is TypeScript and nothing can load it
 */
export function loadingOf(moduleUrl: string): Loading {
  const path = pathOf(moduleUrl)
  if (path === undefined || !TYPESCRIPT.test(path) || inheritsLoader()) return { loaderUrl: undefined }
  const loaderUrl = findTsx(path)
  if (loaderUrl === undefined && !stripsTypes()) {
    throw new Error(
      `${moduleUrl} is TypeScript and other threads cannot load it; install tsx (npm install --save-dev tsx), or build it to JavaScript`,
    )
  }
  return { loaderUrl }
}

/**
 * Loads a module on a thread that runs already; one of ours gets the loader first that it needs.
 *
 * @throws what the module throws
 */
export async function loadModule(moduleUrl: string): Promise<void> {
  const mark = threadMark()
  if (mark === undefined) return void (await import(moduleUrl))
  mark.loads++
  try {
    const { loaderUrl } = loadingOf(moduleUrl)
    if (loaderUrl !== undefined) mark.loader ??= register(loaderUrl)
    await mark.loader
    await import(moduleUrl)
  } finally {
    mark.loads--
  }
}

async function register(loaderUrl: string): Promise<void> {
  const tsx = (await import(loaderUrl)) as { register(): unknown }
  tsx.register()
}

function pathOf(moduleUrl: string): string | undefined {
  return moduleUrl.startsWith('file:') ? fileURLToPath(moduleUrl.replace(/[?#].*$/s, '')) : undefined
}

/** Threads inherit the flags of the process: a loader among them is there already. Not tsx, which registers itself on the main thread only. */
function inheritsLoader(): boolean {
  const flags = `${process.execArgv.join(' ')} ${process.env['NODE_OPTIONS'] ?? ''}`
  return /(^|\s)(--import|--loader|--experimental-loader|-r|--require)[= ]\S*(ts-node|swc|esbuild)/.test(flags)
}

function stripsTypes(): boolean {
  const { typescript } = process.features as { readonly typescript?: unknown }
  return typescript !== undefined && typescript !== false
}

/** tsx as the module itself would find it, else as this package would. */
function findTsx(path: string): string | undefined {
  for (const from of [path, fileURLToPath(import.meta.url)]) {
    try {
      const require = createRequire(from)
      const manifest = require.resolve('tsx/package.json')
      const entry = (require('tsx/package.json') as TsxManifest).exports['./esm/api']
      const file = entryFile(entry)
      if (file === undefined) continue
      const url = new URL(file, pathToFileURL(manifest))
      if (existsSync(url)) return url.href
    } catch {
      // shape: not installed where this one looks; the next place may have it
    }
  }
  return undefined
}

type Entry = string | { readonly import?: Entry; readonly default?: Entry; readonly types?: string }

interface TsxManifest {
  readonly exports: Readonly<Record<string, Entry | undefined>>
}

function entryFile(entry: Entry | undefined): string | undefined {
  return entry === undefined || typeof entry === 'string' ? entry : entryFile(entry.import ?? entry.default)
}
