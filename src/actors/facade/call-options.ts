import { quote } from '../quote.js'
import type { CallOptions } from '../remote-type.js'

const KNOWN: ReadonlySet<string> = new Set(['timeoutMs', 'signal', 'detached'])

/**
 * The options of one call, checked by hand: it stands before every call of some programs.
 *
 * @throws TypeError that names the option and what it may be
 */
export function checkCallOptions(options: unknown, action: string): CallOptions {
  if (typeof options !== 'object' || options === null) throw new TypeError(`${action}: options are ${quote(options)}; give an object`)
  for (const key in options) {
    if (!KNOWN.has(key)) throw new TypeError(`${action}: unknown option "${key}"; known are ${[...KNOWN].join(', ')}`)
  }
  const { timeoutMs, signal, detached } = options as { readonly [K in keyof CallOptions]: unknown }
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs > 0)) {
    throw new TypeError(`${action}: timeoutMs is ${quote(timeoutMs)}; give milliseconds above 0, or Infinity for no deadline`)
  }
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new TypeError(`${action}: signal is ${quote(signal)}; give an AbortSignal`)
  if (detached !== undefined && typeof detached !== 'boolean')
    throw new TypeError(`${action}: detached is ${quote(detached)}; give true or false`)
  return options as CallOptions
}

/** `more` goes before `options`. */
export function mergeCallOptions(options: CallOptions | null, more: CallOptions): CallOptions {
  return options === null ? more : { ...options, ...more }
}
