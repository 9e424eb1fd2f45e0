import { quote } from '../../actors/quote.js'
import type { CallOptions } from '../../actors/remote-type.js'

type Test = (value: unknown) => boolean

const isTexts: Test = (value) =>
  typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string')

const TESTS: Readonly<Record<string, readonly [allowed: string, test: Test]>> = {
  timeoutMs: ['milliseconds above 0, or Infinity', (value) => typeof value === 'number' && value > 0],
  signal: ['an AbortSignal', (value) => value instanceof AbortSignal],
  priority: ["'high', 'normal' or 'low'", (value) => value === 'high' || value === 'normal' || value === 'low'],
  properties: ['an object of texts', isTexts],
  detached: ['true or false', (value) => typeof value === 'boolean'],
}

/**
 * The options of one call; `undefined` counts as left out.
 *
 * @throws TypeError that names the option and what it may be
 */
export function checkCallOptions(options: unknown, action: string): CallOptions {
  if (typeof options !== 'object' || options === null) throw new TypeError(`${action}: options are ${quote(options)}; give an object`)
  for (const [key, value] of Object.entries(options)) {
    const rule = Object.hasOwn(TESTS, key) ? TESTS[key] : undefined
    if (rule === undefined) throw new TypeError(`${action}: unknown option "${key}"; known are ${Object.keys(TESTS).join(', ')}`)
    const [allowed, test] = rule
    if (value !== undefined && !test(value)) throw new TypeError(`${action}: ${key} is ${quote(value)}; give ${allowed}`)
  }
  return options as CallOptions
}
