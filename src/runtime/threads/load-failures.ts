/** What a spawn says of a module that did not load on another thread. */

import type { BootError } from './bootstrap.js'

/** The error that a thread told of. */
export function errorFrom({ name, message, stack, code }: BootError): Error {
  const error = new Error(message)
  error.name = name
  if (stack !== undefined) error.stack = stack
  if (code !== undefined) Object.assign(error, { code })
  return error
}

export function failedToLoad(slot: number, moduleUrl: string, cause: unknown): Error {
  const { name, message } = cause instanceof Error ? cause : new Error(String(cause))
  return new Error(`module ${moduleUrl} failed to load on thread ${slot}: ${name}: ${message}${advice(moduleUrl, message)}`, { cause })
}

export function loadedTooLong(slot: number, moduleUrl: string, limitMs: number): Error {
  return new Error(`thread ${slot} did not load ${moduleUrl} within ${limitMs} ms; does its top level wait for something?`)
}

/** The thread ended while it loaded; `failure` is what it did not catch, if that ended it. */
export function endedEarly(slot: number, moduleUrl: string, code: number, failure: unknown): Error {
  const what = `thread ${slot} ended while it loaded ${moduleUrl}`
  if (failure instanceof Error) return new Error(`${what}: ${failure.message}`, { cause: failure })
  const advice = code === 0 ? '; does its top level wait for something that never comes?' : ''
  return new Error(`${what} with exit code ${code}${advice}`, failure === undefined ? undefined : { cause: failure })
}

/** What is known to cause a failure, and what to do about it. */
function advice(moduleUrl: string, message: string): string {
  if (!/\.(test|spec)\.[cm]?[jt]sx?$/.test(moduleUrl) && !/vitest|node:test/i.test(message)) return ''
  return ". A definition in a test file cannot be loaded by other threads; move it to a module of its own, or spawn it with host: 'inline'"
}
