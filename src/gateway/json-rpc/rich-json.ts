import SuperJSON from 'superjson'
import { isRemote } from '../../actors/facade/remote.js'
import { RequestDecodingError, ResponseEncodingError } from '../../base/failures.js'
import { thrownText } from '../../base/thrown.js'
import { FOREIGN_LIMITS, type Limits } from '../../codec/limits.js'
import { checkForeign } from '../values/plain-json.js'

/** Of its own, so that nothing which the program registers elsewhere can be made from outside. */
const superjson = new SuperJSON()

/** The annotations of superjson walk maps and sets from their beginning, each of them. */
const RICH_LIMITS: Limits = { ...FOREIGN_LIMITS, nodes: 10_000 }

const KNOWN: ReadonlySet<unknown> = new Set(['undefined', 'bigint', 'Date', 'number', 'set', 'map', 'Error'])

/**
 * A value of JSON with what superjson says of it.
 *
 * @throws RequestDecodingError for what it may not say: regular expressions, classes, symbols, types of one's own; for too much of anything
 */
export function restoreRich(json: unknown, meta: object): unknown {
  checkForeign({ json, meta }, 'request', RICH_LIMITS)
  const { values = {} } = meta as { readonly values?: unknown }
  const refused = findRefused(values)
  if (refused !== undefined) throw new RequestDecodingError({ details: `meta: values of type ${JSON.stringify(refused)} are refused` })
  if (mayBeHuge(json)) throw new RequestDecodingError({ details: `params: a number may have ${FOREIGN_LIMITS.bigintDigits} digits` })
  try {
    return superjson.deserialize({ json, meta } as Parameters<typeof superjson.deserialize>[0])
  } catch (error) {
    throw new RequestDecodingError({ details: `meta does not fit: ${thrownText(error)}` })
  }
}

/**
 * The first type in a tree of annotations that is none of ours. A tree is `[type]`, `[type, children]` or `children`, an object of trees by
 * paths.
 */
function findRefused(tree: unknown): unknown {
  if (!Array.isArray(tree)) return findInChildren(tree)
  const [type, children, ...rest] = tree as readonly unknown[]
  const isKnown = KNOWN.has(type) || (Array.isArray(type) && type[0] === 'typed-array' && type.length === 2)
  if (!isKnown || rest.length > 0) return type
  return children === undefined ? undefined : findInChildren(children)
}

function findInChildren(children: unknown): unknown {
  if (typeof children !== 'object' || children === null) return children ?? 'null'
  for (const tree of Object.values(children)) {
    const refused = findRefused(tree)
    if (refused !== undefined) return refused
  }
  return undefined
}

/** Whether a text in it could become a number that takes long to read. */
function mayBeHuge(value: unknown): boolean {
  if (typeof value === 'string')
    return value.length > FOREIGN_LIMITS.bigintDigits && /^\s*[+-]?(\d+|0x[\da-f]+|0o[0-7]+|0b[01]+)\s*$/i.test(value)
  return typeof value === 'object' && value !== null && Object.values(value).some(mayBeHuge)
}

/** A result as JSON texts, with what superjson says of it. */
export interface RichText {
  readonly json: string
  readonly meta: string
}

/** @throws ResponseEncodingError for what superjson does not know or may not say */
export function printRich(value: unknown): RichText {
  try {
    refuse(value, new Set())
    const { json, meta = {} } = superjson.serialize(value)
    return { json: JSON.stringify(json) ?? 'null', meta: JSON.stringify(meta) }
  } catch (error) {
    throw new ResponseEncodingError({ details: `the result has no form in rich JSON: ${thrownText(error)}` })
  }
}

function refuse(value: unknown, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  if (isRemote(value as unknown)) throw new TypeError('a Remote cannot leave the system')
  if (value instanceof RegExp || value instanceof ArrayBuffer || value instanceof DataView) {
    throw new TypeError(`${value.constructor.name} cannot be told; give text or a Uint8Array`)
  }
  if (ArrayBuffer.isView(value) || value instanceof Date) return
  const parts = value instanceof Map ? [...value].flat() : value instanceof Set ? value : Object.values(value)
  for (const part of parts) refuse(part, seen)
}
