/**
 * The first code of a thread or process that runs tasks. It is text, not a file, so that bundles work: it loads the module of
 * the task it is given, and with it the copy of this package that made the task; that copy runs it.
 */

import { type BootError, THREAD_SYMBOL } from '../../threads/bootstrap.js'
import type { Parcel } from '../../threads/parcels.js'

/** Under this name a copy of the package offers to run tasks. */
export const TASK_HOST_SYMBOL = 'troupe.task-host'

/** What is sent to run a task. */
export interface TaskMessage {
  readonly key: string
  readonly name: string
  readonly moduleUrl: string
  /** In a child process. */
  readonly isolated: boolean
  /** Asked for in another process, with which no memory is shared. */
  readonly apart: boolean
  readonly args: Parcel
}

/** What a worker needs besides. */
export interface TaskOrder extends TaskMessage {
  readonly loaderUrls: readonly string[]
  readonly loadMs: number
}

/** A task as a pool gives it to a worker. */
export interface HandedTask {
  /** For a worker that cannot be started with it. */
  readonly entryUrl: string
  readonly order: TaskOrder
}

/** How a task has ended. */
export type TaskReply =
  | { readonly kind: 'value' | 'failure'; readonly parcel: Parcel }
  | { readonly kind: 'unloaded'; readonly error: BootError }

const ENTRY = `
const mark = (globalThis[Symbol.for('${THREAD_SYMBOL}')] ??= { loads: 0 })
const loaded = new Set()
const register = async (urls) => { for (const url of urls) (await import(url)).register() }
const load = async ({ moduleUrl, loaderUrls }) => {
  mark.loads++
  try {
    if (loaderUrls.length > 0) await (mark.loader ??= register(loaderUrls))
    await import(moduleUrl)
    // What the module has begun and left to itself may fail: that is a failure to load.
    await new Promise(setImmediate)
    loaded.add(moduleUrl)
  } finally {
    mark.loads--
  }
}
const within = (ms, work) => {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('it did not load within ' + ms + ' ms; does its top level wait for something?')), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
export default async ({ order }) => {
  try {
    if (!loaded.has(order.moduleUrl)) await within(order.loadMs, load(order))
    const host = globalThis[Symbol.for('${TASK_HOST_SYMBOL}')]
    if (host === undefined) throw new Error('it loads no copy of troupe; tasks must be made when their module loads')
    return await host(order)
  } catch (error) {
    const known = error instanceof Error
    return { kind: 'unloaded', error: { name: known ? error.name : 'Error', message: known ? error.message : String(error), stack: known ? error.stack : undefined, code: known ? error.code : undefined } }
  }
}
//# sourceURL=troupe-task-entry
`

/** The text as a module to be imported; it exports by default what runs a {@link HandedTask}. */
export const ENTRY_URL = `data:text/javascript,${encodeURIComponent(ENTRY)}`
