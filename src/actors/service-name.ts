import { quote } from './quote.js'

/** The longest name, in bytes of UTF-8. */
const MAX_NAME_BYTES = 255

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that a name must not have
const CONTROL = /[\u0000-\u001f\u007f]/
/** Nothing that a name must not have, and short enough whatever it is made of. */
const PLAIN = /^[ -~]{0,255}$/
const LONE_SURROGATE = /\p{Surrogate}/u
const utf8 = new TextEncoder()

/** What must be given where a value is no name, audience or group; `undefined` when it is one. `''` is left to the caller. */
export function nameFault(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'a string'
  if (PLAIN.test(value)) return undefined
  if (value.length > MAX_NAME_BYTES || utf8.encode(value).length > MAX_NAME_BYTES) return `at most ${MAX_NAME_BYTES} bytes of UTF-8`
  if (CONTROL.test(value)) return 'a string without control characters (U+0000 to U+001F, U+007F)'
  if (LONE_SURROGATE.test(value)) return 'a string without lone surrogates, which UTF-8 cannot carry'
  return undefined
}

/**
 * Returns a name that can be registered.
 *
 * - **Errors**: TypeError that begins with `action`, quotes the name and says what to give.
 */
export function checkServiceName(name: unknown, action: string): string {
  const fault = name === '' ? 'at least one character' : nameFault(name)
  if (fault !== undefined) throw new TypeError(`${action}: name is ${quote(name)}; give ${fault}`)
  return name as string
}

/** `checkServiceName` that also takes `''`, the anonymous client. */
export function checkClientName(name: unknown, action: string): string {
  return name === '' ? name : checkServiceName(name, action)
}
