/** Building blocks of option schemas. The message of each says what is allowed; `parseOptions` puts it after "give". */

import { z } from 'zod'
import { nameFault } from './service-name.js'

/** The longest timer of Node.js, in milliseconds: 24.8 days. */
export const MAX_MS = 2_147_483_647

type Fields<T> = { [K in keyof T]-?: z.ZodType<T[K]> }

/** An object of options: unknown keys are refused, keys that are `undefined` count as left out, the result is frozen. */
export function optionObject<T extends object>(fields: Fields<T>, required: readonly (keyof T)[] = []): z.ZodType<T> {
  const known = Object.keys(fields).join(', ')
  const shape = Object.entries<z.ZodType>(fields).map(([key, field]) => [key, required.includes(key as keyof T) ? field : field.optional()])
  const error = (issue: { readonly code?: string | undefined }) => (issue.code === 'unrecognized_keys' ? known : `an object of ${known}`)
  return z.strictObject(Object.fromEntries(shape), { error }).transform((value) => Object.freeze(withoutUndefined(value)) as T)
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined))
}

/** What a test accepts. */
export function checked<T>(allowed: string, test: (value: unknown) => boolean): z.ZodType<T> {
  return z.custom<T>(test, { error: allowed })
}

/** What one of several schemas accepts. */
export function either<T>(allowed: string, ...schemas: readonly z.ZodType[]): z.ZodType<T> {
  return checked(allowed, (value) => schemas.some((schema) => schema.safeParse(value).success))
}

/** One of some texts. */
export function oneOf<const T extends string>(...texts: readonly T[]): z.ZodType<T> {
  const quoted = texts.map((text) => `'${text}'`)
  return z.literal(texts, { error: `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}` })
}

/** A number between two others, both included. */
export function between(min: number, max: number): z.ZodType<number> {
  const allowed = `a number from ${min} to ${max}`
  return z.number(allowed).min(min, allowed).max(max, allowed)
}

/** A whole number between two others, both included. */
export function whole(min: number, max: number): z.ZodType<number> {
  const allowed = `a whole number from ${min} to ${max}`
  return z.int(allowed).min(min, allowed).max(max, allowed)
}

/** A deadline: more than 0 milliseconds, at most `MAX_MS`, or `Infinity` for none. */
export const timeout = checked<number>(`more than 0 and at most ${MAX_MS} (milliseconds), or Infinity`, isTimeout)

function isTimeout(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && (value <= MAX_MS || value === Number.POSITIVE_INFINITY)
}

export const flag: z.ZodType<boolean> = z.boolean('true or false')

export const abortSignal = checked<AbortSignal>('an AbortSignal', isAbortSignal)

function isAbortSignal(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'aborted' in value && 'throwIfAborted' in value
}

/** An object that has these functions. */
export function port<T extends object>(what: string, ...methods: readonly (keyof T & string)[]): z.ZodType<T> {
  const has = (value: object, method: string) => typeof (value as Record<string, unknown>)[method] === 'function'
  const test = (value: unknown) => typeof value === 'object' && value !== null && methods.every((method) => has(value, method))
  return checked<T>(`a ${what} (an object with ${methods.join(', ')})`, test)
}

/** A time zone of the IANA data base. */
export const timeZone = checked<string>('the name of a time zone such as "Europe/Berlin"', isTimeZone)

function isTimeZone(value: unknown): boolean {
  if (typeof value !== 'string' || value === '') return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: value })
    return true
  } catch {
    return false
  }
}

/** A name, which is not empty. */
export const name = text(false)

/** An audience: `'*'`, `''`, or the name of an exchange group. */
export const audience = text(true)

function text(emptyAllowed: boolean): z.ZodType<string> {
  const fault = (value: unknown) => (value === '' && !emptyAllowed ? 'at least one character' : nameFault(value))
  return z.custom<string>((value) => fault(value) === undefined, { error: (issue) => fault(issue.input) })
}
