import { isRemote } from '../../actors/facade/remote.js'
import { RequestDecodingError, ResponseEncodingError } from '../../base/failures.js'
import { thrownText } from '../../base/thrown.js'
import { checkValue } from '../../codec/check.js'
import { FOREIGN_LIMITS, type Limits } from '../../codec/limits.js'

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
    return JSON.stringify(value, nearest) ?? 'null'
  } catch (error) {
    throw new ResponseEncodingError({ details: `the result has no form in JSON: ${thrownText(error)}` })
  }
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
