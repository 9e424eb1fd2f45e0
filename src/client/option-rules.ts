import { quote } from '../actors/quote.js'

/** What each option may be: in words, and as a test. */
export type Rules = Readonly<Record<string, readonly [allowed: string, test: (value: unknown) => boolean]>>

/**
 * A copy of options that keep the rules; `undefined` counts as left out.
 *
 * @throws TypeError that names the option and what it may be
 */
export function readOptions(options: unknown, rules: Rules, action: string): Readonly<Record<string, unknown>> {
  if (typeof options !== 'object' || options === null) throw new TypeError(`${action}: options are ${quote(options)}; give an object`)
  for (const [key, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined
    if (rule === undefined) throw new TypeError(`${action}: ${key} is no option; the options are ${Object.keys(rules).join(', ')}`)
    const [allowed, test] = rule
    if (value !== undefined && !test(value)) throw new TypeError(`${action}: ${key} is ${quote(value)}; give ${allowed}`)
  }
  return { ...options }
}

/** A choice of texts. */
export function oneOf(...texts: readonly string[]): Rules[string] {
  const quoted = texts.map((text) => `'${text}'`)
  return [`${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`, (value) => texts.includes(value as string)]
}

/** A time that somebody waits. */
export const timeoutRule: Rules[string] = [
  'milliseconds above 0, or Infinity for no deadline',
  (value) => typeof value === 'number' && value > 0,
]

/** A signal of this realm or another. */
export const signalRule: Rules[string] = [
  'an AbortSignal',
  (value) => typeof value === 'object' && value !== null && 'aborted' in value && 'throwIfAborted' in value,
]
