import { parseBytes } from './bytes-text.js'
import { type Handles, RICH_LIMITS, RichError, VIEWS, type ViewName } from './rich-limits.js'

/**
 * The inverse of `writeRich`, of what `JSON.parse` returned; that is changed in place.
 *
 * @throws RichError for what `writeRich` does not write, for too much of anything, and what `handles` throws
 */
export function readRich(value: unknown, handles: Handles, path: string): unknown {
  return new Reading(handles).value(value, path)
}

type Read = (reading: Reading, parts: readonly unknown[], path: string) => unknown

const NUMBERS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
}

/** How what follows a tag is read. */
const TAGS: Readonly<Record<string, Read>> = {
  undefined: () => undefined,
  number: (_, [text], path) => numberOf(text, path),
  bigint: (_, [text], path) => bigintOf(text, path),
  date: (_, [time], path) => dateOf(time, path),
  map: (reading, [pairs], path) => mapOf(reading.value(pairs, path), path),
  set: (reading, [values], path) => new Set(listOf(reading.value(values, path), path)),
  bytes: (_, [name, text], path) => viewOf(name, text, path),
  buffer: (_, [text], path) => bytesOf(text, path).buffer,
  error: (reading, [members], path) => errorOf(reading.members(members, path)),
  remote: (reading, [note]) => reading.handles.read(note),
  object: (reading, [members], path) => reading.members(members, path),
}

class Reading {
  readonly handles: Handles
  #depth = 0
  #nodes = 0

  constructor(handles: Handles) {
    this.handles = handles
  }

  value(value: unknown, path: string): unknown {
    if (typeof value !== 'object' || value === null) return value
    this.#depth++
    // What has a tag is two levels of JSON.
    if (this.#depth > RICH_LIMITS.depth * 2) throw new RichError(`${path} is deeper than ${RICH_LIMITS.depth} levels`)
    const read = Array.isArray(value) ? this.#list(value, path) : this.#object(value, path)
    this.#depth--
    return read
  }

  /** @throws RichError for what is no object */
  members(value: unknown, path: string): Record<string, unknown> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new RichError(`${path} is garbled`)
    const members = value as Record<string, unknown>
    for (const key of this.#counted(Object.keys(value), path)) {
      const before = members[key]
      if (typeof before !== 'object' || before === null) continue
      const after = this.value(before, `${path}.${key}`)
      if (after !== before) Object.defineProperty(members, key, { value: after, writable: true, enumerable: true, configurable: true })
    }
    return members
  }

  #list(values: unknown[], path: string): unknown[] {
    this.#counted(values, path)
    for (let at = 0; at < values.length; at++) values[at] = this.value(values[at], `${path}[${at}]`)
    return values
  }

  #object(value: object, path: string): unknown {
    if (!Object.hasOwn(value, '$')) return this.members(value, path)
    const parts = (value as { readonly $: unknown }).$
    const tag = Array.isArray(parts) ? parts[0] : undefined
    if (typeof tag !== 'string' || !Object.hasOwn(TAGS, tag) || Object.keys(value).length !== 1) throw new RichError(`${path} is garbled`)
    return TAGS[tag]?.(this, (parts as readonly unknown[]).slice(1), path)
  }

  #counted<T>(nodes: readonly T[], path: string): readonly T[] {
    this.#nodes += nodes.length
    if (this.#nodes > RICH_LIMITS.nodes) throw new RichError(`${path}: the value has more than ${RICH_LIMITS.nodes} members`)
    return nodes
  }
}

function numberOf(text: unknown, path: string): number {
  const number = typeof text === 'string' && Object.hasOwn(NUMBERS, text) ? NUMBERS[text] : undefined
  if (number === undefined) throw new RichError(`${path} is no number`)
  return number
}

function bigintOf(text: unknown, path: string): bigint {
  if (typeof text === 'string' && text.length <= RICH_LIMITS.bigintDigits + 1 && /^-?\d+$/.test(text)) return BigInt(text)
  throw new RichError(`${path} is no big integer of at most ${RICH_LIMITS.bigintDigits} digits`)
}

function dateOf(time: unknown, path: string): Date {
  if (time === null || typeof time === 'number') return new Date(time ?? Number.NaN)
  throw new RichError(`${path} is no date`)
}

function listOf(values: unknown, path: string): unknown[] {
  if (Array.isArray(values)) return values
  throw new RichError(`${path} is garbled`)
}

function mapOf(pairs: unknown, path: string): Map<unknown, unknown> {
  const list = listOf(pairs, path)
  if (!list.every((pair) => Array.isArray(pair) && pair.length === 2)) throw new RichError(`${path} is no map`)
  return new Map(list as [unknown, unknown][])
}

function bytesOf(text: unknown, path: string): Uint8Array<ArrayBuffer> {
  try {
    if (typeof text === 'string') return parseBytes(text)
  } catch {
    // As what is no text.
  }
  throw new RichError(`${path} is no base64`)
}

function viewOf(name: unknown, text: unknown, path: string): ArrayBufferView {
  const type = typeof name === 'string' && Object.hasOwn(VIEWS, name) ? VIEWS[name as ViewName] : undefined
  const { buffer } = bytesOf(text, path)
  if (type === undefined || buffer.byteLength % type.BYTES_PER_ELEMENT !== 0) throw new RichError(`${path} is no typed array`)
  return new type(buffer)
}

function errorOf({ message, ...fields }: Record<string, unknown>): Error {
  const error = new Error(String(message))
  for (const [key, value] of Object.entries(fields)) {
    Object.defineProperty(error, key, { value, writable: true, enumerable: key !== 'name' && key !== 'cause', configurable: true })
  }
  return error
}
