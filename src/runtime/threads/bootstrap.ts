/**
 * The first code of a worker thread. It is text, not a file, so that bundles work: the thread loads the module of the
 * definition it was started for, and with it the copy of this package that made the definition; that copy goes on.
 */

/** Under this name a copy of the package offers to run a thread. */
export const HOST_SYMBOL = 'troupe.host'
/** Under this name a thread of ours can be told from others. */
export const THREAD_SYMBOL = 'troupe.thread'

/** What a thread says about its start. */
export type BootMessage =
  | { readonly kind: 'booted' }
  | { readonly kind: 'failed'; readonly error: BootError }
  | { readonly kind: 'ready' }
  /** Nothing in the thread must keep the process alive any more. */
  | { readonly kind: 'released'; readonly number: number }
  /** A thread of one actor's own has no actor any more. */
  | { readonly kind: 'vacant' }

export interface BootError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly code: unknown
}

/** What a thread knows of itself while it loads. */
export interface ThreadMark {
  /** Modules that are being loaded to find definitions. */
  loads: number
  /** The TypeScript loader, once it was needed. */
  loader?: Promise<void>
}

/** The mark of this thread, if it is one of ours. */
export function threadMark(): ThreadMark | undefined {
  return (globalThis as unknown as Record<symbol, ThreadMark | undefined>)[Symbol.for(THREAD_SYMBOL)]
}

/** What the first code of a thread has in common, wherever it runs. */
export const LOADING = `
const mark = (globalThis[Symbol.for('${THREAD_SYMBOL}')] = { loads: 1 })
const describe = (error) => {
  const known = error instanceof Error
  return { name: known ? error.name : 'Error', message: known ? error.message : String(error), stack: known ? error.stack : undefined, code: known ? error.code : undefined }
}
const load = async ({ loaderUrls, moduleUrl }, symbol) => {
  const register = async () => { for (const url of loaderUrls) (await import(url)).register() }
  if (loaderUrls.length > 0) await (mark.loader = register())
  await import(moduleUrl)
  // What the module has begun and left to itself may fail: that is a failure to load.
  await new Promise(setImmediate)
  mark.loads--
  const host = globalThis[Symbol.for(symbol)]
  if (host === undefined) throw new Error('it loads no copy of troupe; make definitions at the top level of their module')
  return host
}
`

export const BOOTSTRAP = `
// With --input-type=module, which threads inherit, this text is a module.
const threads = typeof require === 'function' ? require('node:worker_threads') : process.getBuiltinModule('node:worker_threads')
const { workerData, parentPort } = threads
const { troupe } = workerData
const say = (message) => parentPort.postMessage(message)
${LOADING}
// A port that closes says so once, before whatever else it is used for.
for (const peer of troupe.peers) peer.ports.frames.once('close', () => { peer.isOver = true })
say({ kind: 'booted' })
load(troupe, '${HOST_SYMBOL}')
  .then((host) => host(troupe, parentPort))
  .catch((error) => say({ kind: 'failed', error: describe(error) }))
`
