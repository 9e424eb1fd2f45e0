import { isRemote } from '../../actors/facade/remote.js'
import { RequestDecodingError, ResponseEncodingError } from '../../base/failures.js'
import { thrownText } from '../../base/thrown.js'
import { checkValue } from '../../codec/check.js'
import { FOREIGN_LIMITS, type Limits } from '../../codec/limits.js'

const BRACKET = '['.charCodeAt(0)
const BRACE = '{'.charCodeAt(0)

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * The text of bytes that must be UTF-8.
 *
 * @throws RequestDecodingError
 */
export function readText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new RequestDecodingError({ details: 'the body is not UTF-8' })
  }
}

/**
 * A value of JSON text from outside.
 *
 * @throws RequestDecodingError
 */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new RequestDecodingError({ details: `the body is not JSON: ${thrownText(error)}` })
  }
}

/** Whether a value of JSON could be too deep or have too many members, or its text is too short for that. */
export function mayBreakLimits(text: string, { depth, nodes }: Limits = FOREIGN_LIMITS): boolean {
  if (text.length > nodes) return true
  let opened = 0
  for (let i = 0; i < text.length && opened <= depth; i++) {
    const code = text.charCodeAt(i)
    if (code === BRACKET || code === BRACE) opened++
  }
  return opened > depth
}

/**
 * Refuses what no other process could send either: values that are too deep or have too many members.
 *
 * @throws RequestDecodingError
 */
export function checkForeign(value: unknown, what: string, limits: Limits = FOREIGN_LIMITS): void {
  try {
    checkValue(value, { limits, stacks: false, regexp: false }, what)
  } catch (error) {
    throw new RequestDecodingError({ details: thrownText(error) })
  }
}

/**
 * JSON text of a result. What JSON has no form for gets the nearest: dates are ISO text in UTC, big integers decimal text, bytes base64 text, sets
 * arrays, maps objects when their keys are texts and arrays of pairs otherwise, errors objects; `undefined` is null.
 *
 * @throws ResponseEncodingError for cycles, Remotes and what is too long
 */
export function printJson(value: unknown): string {
  try {
    return (hasForm(value, 0) ? JSON.stringify(value) : JSON.stringify(value, nearest)) ?? 'null'
  } catch (error) {
    throw new ResponseEncodingError({ details: `the result has no form in JSON: ${thrownText(error)}` })
  }
}

/** Deeper than this, a value may well be a cycle. */
const PLAIN_DEPTH = 8

/** Whether JSON has a form for all of a value: then nothing needs to be asked of every member while it is printed, which takes several times as long. */
function hasForm(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'bigint'
  if (depth > PLAIN_DEPTH) return false
  if (Array.isArray(value)) return value.every((one) => hasForm(one, depth + 1))
  if (Object.getPrototypeOf(value) !== Object.prototype || isRemote(value as unknown)) return false
  for (const key in value) if (!hasForm((value as Readonly<Record<string, unknown>>)[key], depth + 1)) return false
  return true
}

function nearest(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  return typeof value === 'object' && value !== null ? nearestObject(value) : value
}

function nearestObject(value: object): unknown {
  if (Array.isArray(value)) return value
  if (isRemote(value as unknown)) throw new TypeError('a Remote cannot leave the system')
  if (value instanceof Map) return [...value.keys()].every((key) => typeof key === 'string') ? Object.fromEntries(value) : [...value]
  if (value instanceof Set) return [...value]
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('base64')
  return value instanceof Error ? { ...value, name: value.name, message: value.message } : value
}
