/**
 * Values as JSON. What JSON has no form for is an object with the one key `$`:
 *
 *   | undefined            | { "$": ["undefined"] }                                       |
 *   | NaN, ±Infinity, −0   | { "$": ["number", "-Infinity"] }                             |
 *   | 10n                  | { "$": ["bigint", "10"] }                                    |
 *   | a Date               | { "$": ["date", milliseconds since the epoch, or null] }     |
 *   | a Map                | { "$": ["map", [[key, value], …]] }                          |
 *   | a Set                | { "$": ["set", [value, …]] }                                 |
 *   | a typed array        | { "$": ["bytes", "Uint8Array", base64] }                     |
 *   | an ArrayBuffer       | { "$": ["buffer", base64] }                                  |
 *   | an Error             | { "$": ["error", { "name", "message", … }] }                 |
 *   | a Remote, a binding  | { "$": ["remote", what is told of the service] }             |
 *   | an object with a `$` | { "$": ["object", the object] }                              |
 */

import { printBytes } from './bytes-text.js'
import { type Handles, RICH_LIMITS, RichError, VIEWS } from './rich-limits.js'

/**
 * A value as JSON can tell it.
 *
 * @throws RichError that begins with the path, for functions, symbols, instances of classes, cycles, and too much of anything
 */
export function writeRich(value: unknown, handles: Handles, path: string): unknown {
  return new Writing(handles).value(value, path)
}

class Writing {
  readonly #handles: Handles
  readonly #above = new Set<object>()
  #nodes = 0

  constructor(handles: Handles) {
    this.#handles = handles
  }

  value(value: unknown, path: string): unknown {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0) ? value : tagged('number', Object.is(value, -0) ? '-0' : String(value))
      case 'undefined':
        return tagged('undefined')
      case 'bigint':
        return tagged('bigint', bigintText(value, path))
      case 'object':
        return value === null ? null : this.#object(value, path)
      default:
        throw new RichError(`${path} is a ${typeof value}, which cannot be sent`)
    }
  }

  #object(value: object, path: string): unknown {
    const handle = this.#handles.write(value)
    if (handle !== undefined) return tagged('remote', handle)
    if (this.#above.has(value)) throw new RichError(`${path} is a cycle, which cannot be sent over a live connection`)
    if (this.#above.size >= RICH_LIMITS.depth) throw new RichError(`${path} is deeper than ${RICH_LIMITS.depth} levels`)
    this.#above.add(value)
    const written = this.#form(value, path)
    this.#above.delete(value)
    return written
  }

  #form(value: object, path: string): unknown {
    if (Array.isArray(value)) return this.#list(value, path)
    if (value instanceof Date) return tagged('date', Number.isNaN(value.getTime()) ? null : value.getTime())
    if (value instanceof Map) return tagged('map', this.#list([...value], path))
    if (value instanceof Set) return tagged('set', this.#list([...value], path))
    if (value instanceof ArrayBuffer) return tagged('buffer', printBytes(new Uint8Array(value)))
    if (ArrayBuffer.isView(value)) return viewOf(value, path)
    if (value instanceof Error) return tagged('error', this.#error(value, path))
    if (!isPlain(value)) throw new RichError(`${path} is an instance of a class, which cannot be sent`)
    const members = this.#members(value, path)
    return Object.hasOwn(value, '$') ? tagged('object', members) : members
  }

  #list(values: readonly unknown[], path: string): unknown[] {
    this.#count(values.length, path)
    return Array.from(values, (one, at) => this.value(one, `${path}[${at}]`))
  }

  #members(value: object, path: string): object {
    const entries = Object.entries(value)
    this.#count(entries.length, path)
    // Defines each, whatever its name.
    return Object.fromEntries(entries.map(([key, one]) => [key, this.value(one, `${path}.${key}`)]))
  }

  #error(error: Error, path: string): object {
    const { name, message } = error
    const cause = 'cause' in error ? { cause: error.cause } : {}
    return this.#members({ ...error, ...cause, name: String(name), message: String(message) }, path)
  }

  #count(nodes: number, path: string): void {
    this.#nodes += nodes
    if (this.#nodes > RICH_LIMITS.nodes) throw new RichError(`${path}: the value has more than ${RICH_LIMITS.nodes} members`)
  }
}

function tagged(...parts: readonly unknown[]): object {
  return { $: parts }
}

function bigintText(value: bigint, path: string): string {
  const { bigintDigits } = RICH_LIMITS
  // Hexadecimal digits take no long division; a decimal text has at most 1.21 times as many.
  if (value.toString(16).length > bigintDigits) throw new RichError(`${path} has more than ${bigintDigits} digits`)
  const text = value.toString()
  if (text.replace('-', '').length > bigintDigits) throw new RichError(`${path} has more than ${bigintDigits} digits`)
  return text
}

function viewOf(view: ArrayBufferView, path: string): object {
  const [name] = Object.entries(VIEWS).find(([, type]) => view instanceof type) ?? []
  if (name === undefined) throw new RichError(`${path} is a view that cannot be sent; give a typed array`)
  return tagged('bytes', name, printBytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength)))
}

/** Of this realm or another. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null
  return prototype === null || (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf'))
}
