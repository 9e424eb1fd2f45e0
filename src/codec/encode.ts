import { Budget } from './budget.js'
import type { ByteWriter } from './byte-writer.js'
import type { ValueContext } from './context.js'
import type { EncodeWalk } from './forms/form.js'
import { formOf } from './forms/forms.js'
import { referenceForm } from './forms/handles.js'
import { Identity } from './identity.js'
import { isPlain, isPlainArray } from './prototypes.js'
import { element, member, Refusal, unsendable, within } from './refusal.js'
import { bigintText, refuseScalar } from './scalars.js'
import { SHORT_CONTAINER, SHORT_STRING, TAG } from './tags.js'

/**
 * Writes a value in the plain form (bytes: tags.ts). Getters are read; symbol keys, what is not enumerable, and named properties of
 * arrays are left out.
 *
 * - **Errors**: throws `UnsendableError` with the path, which begins with `path`, to the first thing that cannot be sent; the writer is then
 *   where it was.
 */
export function writeValue(writer: ByteWriter, value: unknown, context: ValueContext, path: string): void {
  const mark = writer.mark()
  if (writeSimple(writer, value)) return
  writer.rewind(mark)
  try {
    const walk = new Encoding(writer, context, value)
    walk.value(value)
    if (writer.length - mark > context.limits.bytes) throw new Refusal(`makes the message larger than ${context.limits.bytes} bytes`)
  } catch (thrown) {
    writer.rewind(mark)
    throw unsendable(thrown, path)
  }
}

/** What most messages are, a scalar or a few of them in an array, without the means for all else; false when it is something else. */
function writeSimple(writer: ByteWriter, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return writeScalar(writer, value)
  if (!Array.isArray(value) || value.length >= SHORT_CONTAINER || !isPlainArray(Object.getPrototypeOf(value))) return false
  const { length } = value
  writer.u8(TAG.shortArray + length)
  for (let i = 0; i < length; i++) {
    const element: unknown = value[i]
    // It may be a hole.
    if (element === undefined || !writeScalar(writer, element)) return false
  }
  return true
}

function writeScalar(writer: ByteWriter, value: unknown): boolean {
  if (typeof value === 'number') writeNumber(writer, value)
  else if (typeof value === 'string' && value.length < SHORT_STRING) writer.string(value)
  else if (value === true) writer.u8(TAG.true)
  else if (value === false) writer.u8(TAG.false)
  else if (value === null) writer.u8(TAG.null)
  else if (value === undefined) writer.u8(TAG.undefined)
  else return false
  return true
}

function writeNumber(writer: ByteWriter, n: number): void {
  if ((n | 0) !== n || (n === 0 && 1 / n < 0)) {
    writer.u8(TAG.number)
    writer.f64(n)
  } else if (n >= 0 && n < 0x80) {
    writer.u8(n)
  } else {
    writer.u8(TAG.integer)
    writer.varint(((n << 1) ^ (n >> 31)) >>> 0)
  }
}

class Encoding implements EncodeWalk {
  readonly writer: ByteWriter
  readonly context: ValueContext
  readonly root: unknown
  contents: ReadonlySet<object> | undefined
  readonly budget: Budget
  private identity: Identity | undefined

  constructor(writer: ByteWriter, context: ValueContext, root: unknown) {
    this.writer = writer
    this.context = context
    this.root = root
    this.budget = new Budget(context.limits)
  }

  value(value: unknown): void {
    switch (typeof value) {
      case 'string':
        return this.string(value)
      case 'number':
        return writeNumber(this.writer, value)
      case 'object':
        return value === null ? this.writer.u8(TAG.null) : this.object(value)
      case 'boolean':
        return this.writer.u8(value ? TAG.true : TAG.false)
      case 'undefined':
        return this.writer.u8(TAG.undefined)
      case 'bigint':
        return this.bigint(value)
      default:
        throw refuseScalar(value)
    }
  }

  string(s: string): void {
    if (s.length >= SHORT_STRING) this.budget.weigh(s.length)
    this.writer.string(s)
  }

  met(value: object): boolean {
    return this.identity !== undefined && this.identity.find(value) >= 0
  }

  private bigint(n: bigint): void {
    const text = bigintText(n, this.context.limits)
    this.writer.u8(TAG.bigint)
    this.string(text)
  }

  private object(value: object): void {
    this.identity ??= new Identity()
    const number = this.identity.meet(value)
    if (number >= 0) {
      this.writer.u8(TAG.seen)
      return this.writer.varint(number)
    }
    this.budget.enter()
    const prototype = Object.getPrototypeOf(value) as object | null
    if (Array.isArray(value) && isPlainArray(prototype)) this.array(value)
    else if (this.context.references?.is(value)) referenceForm.write(this, value)
    else if (isPlain(prototype)) this.plain(value as Record<string, unknown>)
    else formOf(value, prototype, this.context).write(this, value)
    this.budget.leave()
  }

  private array(array: readonly unknown[]): void {
    const { length } = array
    this.budget.count(length)
    this.head(TAG.shortArray, TAG.array, length)
    let i = 0
    try {
      while (i < length) {
        const value = array[i]
        if (value === undefined && !(i in array)) i = this.holes(array, { from: i, length })
        else {
          this.value(value)
          i++
        }
      }
    } catch (thrown) {
      throw within(thrown, element(i))
    }
  }

  /** Writes a run of holes and returns where it ends. */
  private holes(array: readonly unknown[], { from, length }: { from: number; length: number }): number {
    let end = from + 1
    while (end < length && !(end in array)) end++
    this.writer.u8(TAG.holes)
    this.writer.varint(end - from)
    return end
  }

  private plain(object: Record<string, unknown>): void {
    const keys = Object.keys(object)
    this.budget.count(keys.length)
    this.head(TAG.shortObject, TAG.object, keys.length)
    let i = 0
    try {
      for (; i < keys.length; i++) {
        const key = keys[i] as string
        this.string(key)
        this.value(object[key])
      }
    } catch (thrown) {
      throw within(thrown, member(keys[i] as string))
    }
  }

  private head(shortTag: number, tag: number, size: number): void {
    if (size < SHORT_CONTAINER) return this.writer.u8(shortTag + size)
    this.writer.u8(tag)
    this.writer.varint(size)
  }
}
