import type { ByteReader } from './byte-reader.js'
import type { ValueContext } from './context.js'
import { DecodeError } from './errors.js'
import type { DecodeWalk } from './forms/form.js'
import { FORM_BY_TAG } from './forms/forms.js'
import { setMember } from './members.js'
import { noteArrival } from './moving/marks.js'
import { bigintOf } from './scalars.js'
import { TAG } from './tags.js'

/**
 * Reads a value in the plain form (bytes: tags.ts). Nothing is looked up by a name from the bytes but the errors and failures of a closed
 * list; keys are data, `__proto__` too.
 *
 * - **Errors**: throws `DecodeError` and nothing else, whatever the bytes are; where the reader then stands is not defined.
 */
export function readValue(reader: ByteReader, context: ValueContext): unknown {
  const start = reader.position
  try {
    const simple = readSimple(reader)
    if (simple !== NOT_SIMPLE) return simple
    reader.back(start)
    const walk = new Decoding(reader, context)
    const value = walk.value()
    const sizeBytes = reader.position - start
    if (sizeBytes > context.limits.bytes) throw new DecodeError(`the value is larger than ${context.limits.bytes} bytes`)
    if (walk.moved !== undefined) noteArrival(value, walk.moved)
    return value
  } catch (thrown) {
    if (thrown instanceof DecodeError) throw thrown
    throw new DecodeError(`the value cannot be rebuilt: ${thrown instanceof Error ? thrown.message : String(thrown)}`, { cause: thrown })
  }
}

/** Stands for what {@link readSimple} leaves to the walk. */
const NOT_SIMPLE = Symbol()

/** What most messages are, a scalar or a few of them in an array, without the means for all else. */
function readSimple(reader: ByteReader): unknown {
  const tag = reader.u8()
  if (tag < TAG.shortArray || tag >= TAG.shortObject) return readScalar(reader, tag)
  const length = tag - TAG.shortArray
  const array: unknown[] = []
  for (let i = 0; i < length; i++) {
    const element = readScalar(reader, reader.u8())
    if (element === NOT_SIMPLE) return NOT_SIMPLE
    array.push(element)
  }
  return array
}

function readScalar(reader: ByteReader, tag: number): unknown {
  if (tag < TAG.shortString) return tag
  if (tag < TAG.shortArray) return reader.string(tag)
  switch (tag) {
    case TAG.undefined:
      return undefined
    case TAG.null:
      return null
    case TAG.false:
      return false
    case TAG.true:
      return true
    case TAG.integer:
      return unzigzag(reader.varint())
    case TAG.number:
      return reader.f64()
    default:
      return NOT_SIMPLE
  }
}

class Decoding implements DecodeWalk {
  readonly reader: ByteReader
  readonly context: ValueContext
  /** By number; undefined while an object waits for what it is made of. */
  private readonly objects: (object | undefined)[] = []
  /** What came by being moved. */
  moved: object[] | undefined
  private nodes = 0
  private depth = 0

  constructor(reader: ByteReader, context: ValueContext) {
    this.reader = reader
    this.context = context
  }

  value(): unknown {
    return this.tagged(this.reader.u8())
  }

  seen(): object {
    const number = this.reader.varint()
    const object = this.objects[number]
    if (object === undefined) throw new DecodeError(`there is no object number ${number} yet`)
    return object
  }

  array(length: number): unknown[] {
    const array: unknown[] = []
    this.objects.push(array)
    this.enter()
    this.count(length, 0)
    while (array.length < length) {
      const tag = this.reader.u8()
      if (tag === TAG.holes) this.holes(array, length)
      else array.push(this.tagged(tag))
    }
    this.depth--
    return array
  }

  plain(size: number): object {
    const object: Record<string, unknown> = {}
    this.objects.push(object)
    this.enter()
    this.count(size, 2)
    for (let i = 0; i < size; i++) {
      const key = this.reader.string()
      setMember(object, key, this.value())
    }
    this.depth--
    return object
  }

  private tagged(tag: number): unknown {
    if (tag < TAG.shortString) return tag
    if (tag < TAG.shortArray) return this.reader.string(tag)
    if (tag < TAG.shortObject) return this.array(tag - TAG.shortArray)
    if (tag < TAG.undefined) return this.plain(tag - TAG.shortObject)
    const read = TAGGED[tag]
    return read === undefined ? this.form(tag) : read(this)
  }

  count(nodes: number, leastBytes: number): void {
    this.nodes += nodes
    if (this.nodes > this.context.limits.nodes) throw new DecodeError(`there are more than ${this.context.limits.nodes} members`)
    if (nodes * leastBytes > this.reader.remaining)
      throw new DecodeError(`${nodes} members are announced and ${this.reader.remaining} bytes left`)
  }

  put(number: number, object: object): void {
    this.objects[number] = object
  }

  arrived(object: object): void {
    this.moved ??= []
    this.moved.push(object)
  }

  private form(tag: number): object {
    const form = FORM_BY_TAG[tag]
    if (form === undefined) throw new DecodeError(`no value begins with the byte ${tag}`)
    const number = this.objects.push(undefined) - 1
    this.enter()
    const object = form.read(this, number)
    this.objects[number] = object
    this.depth--
    return object
  }

  private holes(array: unknown[], length: number): void {
    const end = array.length + this.reader.varint()
    if (end > length) throw new DecodeError('holes reach beyond the end of their array')
    array.length = end
  }

  private enter(): void {
    if (++this.depth > this.context.limits.depth) throw new DecodeError(`values are nested deeper than ${this.context.limits.depth} levels`)
  }
}

/** What is neither in the one-byte forms nor in `FORM_BY_TAG`. */
const TAGGED: readonly (((walk: Decoding) => unknown) | undefined)[] = tableOf<(walk: Decoding) => unknown>([
  [TAG.undefined, () => undefined],
  [TAG.null, () => null],
  [TAG.false, () => false],
  [TAG.true, () => true],
  [TAG.integer, ({ reader }) => unzigzag(reader.varint())],
  [TAG.number, ({ reader }) => reader.f64()],
  [TAG.smallString, ({ reader }) => reader.string(TAG.smallString)],
  [TAG.string, ({ reader }) => reader.string(TAG.string)],
  [TAG.unitString, ({ reader }) => reader.string(TAG.unitString)],
  [TAG.bigint, ({ reader, context }) => bigintOf(reader.string(), context.limits)],
  [TAG.array, (walk) => walk.array(walk.reader.varint())],
  [TAG.object, (walk) => walk.plain(walk.reader.varint())],
  [TAG.seen, (walk) => walk.seen()],
])

function tableOf<T>(rows: readonly (readonly [tag: number, row: T])[]): readonly (T | undefined)[] {
  const table = new Array<T | undefined>(256).fill(undefined)
  for (const [tag, row] of rows) table[tag] = row
  return table
}

function unzigzag(n: number): number {
  if (n > 0xffffffff) throw new DecodeError('an integer has more than 32 bits')
  return (n >>> 1) ^ -(n & 1)
}
