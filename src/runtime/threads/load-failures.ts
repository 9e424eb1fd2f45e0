/** What is said of a module that did not load on another thread. */

import { existsSync } from 'node:fs'
import type { DefinitionRecord } from '../../actors/definition.js'
import type { VesselEnd } from '../vessels/vessel.js'
import type { BootError } from './bootstrap.js'
import { pathOf } from './loader.js'
import { isNamedAsTest, testFileError } from './test-file.js'

/** The error that a thread told of. */
export function errorFrom({ name, message, stack, code }: BootError): Error {
  const error = new Error(message)
  error.name = name
  if (stack !== undefined) error.stack = stack
  if (code !== undefined) Object.assign(error, { code })
  return error
}

export function failedToLoad(slot: number, moduleUrl: string, cause: unknown): Error {
  return loadFailure(`on thread ${slot}`, moduleUrl, cause)
}

/** The module of a task did not load where the task was to run. */
export function taskFailedToLoad(name: string, moduleUrl: string, cause: Error): Error {
  return loadFailure(`for task "${name}"`, moduleUrl, cause)
}

function loadFailure(where: string, moduleUrl: string, cause: unknown): Error {
  const error = cause instanceof Error ? cause : new Error(String(cause))
  if (/vitest|node:test/i.test(error.message)) return testFileError(moduleUrl, cause)
  const what = `module ${moduleUrl} failed to load ${where}`
  if (isMissing(moduleUrl, error)) {
    return new Error(`${what}: the file is not there; it must stay where the program has loaded it from`, { cause })
  }
  return new Error(`${what}: ${error.name}: ${error.message}${advice(moduleUrl, error)}`, { cause })
}

/** What a module was loaded for and did not make. */
export function notFound(key: string, there: readonly DefinitionRecord[]): string {
  const made = there.map((one) => `${one.kind} "${one.name}"`).join(', ') || 'no definitions'
  const advice = 'make definitions at the top level of their module, the same in every thread'
  return `did not find ${key.slice(key.indexOf('#') + 1)} in it (it makes ${made}); ${advice}`
}

export function loadedTooLong(slot: number, moduleUrl: string, limitMs: number): Error {
  return new Error(`thread ${slot} did not load ${moduleUrl} within ${limitMs} ms; does its top level wait for something?`)
}

/** The thread ended while it loaded. */
export function endedEarly(label: string, moduleUrl: string, end: VesselEnd): Error {
  const what = `${label} ended while it loaded ${moduleUrl}`
  const { code, failure } = end
  if (failure instanceof Error) return new Error(`${what}: ${failure.message}`, { cause: failure })
  const advice = code === 0 ? '; does its top level wait for something that never comes?' : ''
  return new Error(`${what} with ${exitOf(end)}${advice}`, failure === undefined ? undefined : { cause: failure })
}

/** `exit code 3`, `signal SIGKILL`. */
export function exitOf({ code, signal }: VesselEnd): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`
}

/** The module itself, not one that it imports. */
function isMissing(moduleUrl: string, error: Error): boolean {
  const path = pathOf(moduleUrl)
  return codeOf(error) === 'ERR_MODULE_NOT_FOUND' && path !== undefined && !existsSync(path)
}

/** What is known to cause a failure, and what to do about it. */
function advice(moduleUrl: string, error: Error): string {
  const path = pathOf(moduleUrl)
  if (path === undefined) return ''
  if (isNamedAsTest(path)) return ". If it is a test file, move the definition to a module of its own, or spawn it with host: 'inline'"
  if (codeOf(error) === 'ERR_UNKNOWN_FILE_EXTENSION' && /"\.[cm]?tsx?"/.test(error.message)) {
    return '. A module in JavaScript can import TypeScript when the program runs with tsx (node --import tsx); or define in a TypeScript module'
  }
  return error.name === 'SyntaxError' ? placeOf(error, path) : ''
}

/** Node puts the place of some syntax errors before the stack; of others it tells it only where nothing catches them. */
function placeOf(error: Error, path: string): string {
  const place = /^(\S.*:\d+)\n/.exec(error.stack ?? '')?.[1]
  if (place === undefined) return `. To see where: node ${path}`
  const remedy = codeOf(error) === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' ? '; tsx can load it (npm install --save-dev tsx)' : ''
  return ` (${place})${remedy}`
}

function codeOf(error: Error): unknown {
  return (error as { readonly code?: unknown }).code
}
