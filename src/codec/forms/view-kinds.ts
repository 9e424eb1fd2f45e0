import { DecodeError } from '../errors.js'
import { Refusal } from '../refusal.js'

/** A class of views over a buffer. */
export interface ViewKind {
  /** Its number in the bytes; never given to another. */
  readonly code: number
  readonly elementBytes: number
  readonly make: new (buffer: ArrayBufferLike, at: number, elements: number) => ArrayBufferView
}

/** In the order of their codes. A name that this engine does not have (Float16Array before V8 13.6) is not accepted. */
const NAMES = [
  'DataView',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int8Array',
  'Uint16Array',
  'Int16Array',
  'Uint32Array',
  'Int32Array',
  'Float32Array',
  'Float64Array',
  'BigUint64Array',
  'BigInt64Array',
  'Float16Array',
]

const KINDS: readonly (ViewKind | undefined)[] = NAMES.map((name, code) => {
  const make = (globalThis as Record<string, unknown>)[name] as (ViewKind['make'] & { BYTES_PER_ELEMENT?: number }) | undefined
  return make === undefined ? undefined : { code, make, elementBytes: make.BYTES_PER_ELEMENT ?? 1 }
})

const BY_NAME = new Map(NAMES.map((name, code) => [name, KINDS[code]]))

/** %TypedArray%.prototype[@@toStringTag] names the class from an internal slot: for Buffer, subclasses and other realms too. */
const className = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get

export function viewKindOf(view: ArrayBufferView): ViewKind {
  const name = (className?.call(view) as string | undefined) ?? 'DataView'
  const kind = BY_NAME.get(name)
  if (kind === undefined) throw new Refusal(`is a ${name}, which cannot be sent; send a view of another type`)
  return kind
}

export function viewKind(code: number): ViewKind {
  const kind = KINDS[code]
  if (kind === undefined) throw new DecodeError(`there is no view of kind ${code}`)
  return kind
}
