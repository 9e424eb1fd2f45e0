import { fileURLToPath } from 'node:url'
import { type ThreadMark, threadMark } from './bootstrap.js'
import { hasTestRunner, isNamedAsTest, testFileError } from './test-file.js'
import { findTsx, tsxOfProcess } from './tsx.js'

const TYPESCRIPT = /\.[mc]?tsx?$/
/** What Node's own type stripping takes; never below node_modules. */
const STRIPPABLE = /\.[mc]?ts$/
const IN_PACKAGE = /[\\/]node_modules[\\/]/

/** How a thread gets at a module. */
export interface Loading {
  /** URLs of modules whose `register` adds a loader to the thread that calls it; called before the import. */
  readonly loaderUrls: readonly string[]
}

const PLAIN: Loading = { loaderUrls: [] }

/**
 * How to load the module of a definition on another thread. Threads do not inherit tsx, which registers itself on the main thread
 * only: they register the one that runs the process, for JavaScript too, as it may import TypeScript. A TypeScript module
 * in a process that has none (a test runner) is loaded with the tsx that is installed, else with Node's own type stripping.
 *
 * @throws Error when nothing can load the module there
 */
export function loadingOf(moduleUrl: string): Loading {
  const path = pathOf(moduleUrl)
  if (path === undefined) return PLAIN
  if (isNamedAsTest(path) && hasTestRunner()) throw testFileError(moduleUrl)
  const isTypeScript = TYPESCRIPT.test(path)
  if (!isTypeScript && IN_PACKAGE.test(path)) return PLAIN
  const running = tsxOfProcess()
  if (running !== undefined) return { loaderUrls: running }
  if (!isTypeScript || inheritsLoader()) return PLAIN
  const loaderUrls = findTsx([path, fileURLToPath(import.meta.url)])
  if (loaderUrls !== undefined) return { loaderUrls }
  if (stripsTypes() && STRIPPABLE.test(path) && !IN_PACKAGE.test(path)) return PLAIN
  throw new Error(
    `${moduleUrl} is TypeScript and other threads cannot load it; install tsx (npm install --save-dev tsx), or build it to JavaScript`,
  )
}

/**
 * Loads a module on a thread that runs already; one of ours gets the loader first that it needs. Rejects with what the module throws.
 *
 * @throws Error at once when nothing can load the module here
 */
export function loadModule(moduleUrl: string): Promise<unknown> {
  const mark = threadMark()
  return mark === undefined ? import(moduleUrl) : loadMarked(mark, loadingOf(moduleUrl), moduleUrl)
}

async function loadMarked(mark: ThreadMark, { loaderUrls }: Loading, moduleUrl: string): Promise<void> {
  mark.loads++
  try {
    if (loaderUrls.length > 0) mark.loader ??= register(loaderUrls)
    await mark.loader
    await import(moduleUrl)
  } finally {
    mark.loads--
  }
}

async function register(loaderUrls: readonly string[]): Promise<void> {
  for (const url of loaderUrls) {
    const loader = (await import(url)) as { register(): unknown }
    loader.register()
  }
}

/** The file of a module, if it is one. */
export function pathOf(moduleUrl: string): string | undefined {
  return moduleUrl.startsWith('file:') ? fileURLToPath(moduleUrl.replace(/[?#].*$/s, '')) : undefined
}

/** Threads inherit the flags of the process: these loaders among them are there already. */
function inheritsLoader(): boolean {
  const flags = `${process.execArgv.join(' ')} ${process.env['NODE_OPTIONS'] ?? ''}`
  return /(^|\s)(--import|--loader|--experimental-loader|-r|--require)[= ]\S*(ts-node|swc|esbuild)/.test(flags)
}

function stripsTypes(): boolean {
  const { typescript } = process.features as { readonly typescript?: unknown }
  return typescript !== undefined && typescript !== false
}
