import type { Budget } from '../budget.js'
import type { ByteReader } from '../byte-reader.js'
import type { ByteWriter } from '../byte-writer.js'
import type { ValueContext } from '../context.js'
import type { MovingWalk } from '../moving/marks.js'

/**
 * One kind of object: how it becomes bytes, comes back, is copied and is checked. `forms.ts` lists them all; strings, numbers, plain
 * objects and arrays are with the walks themselves.
 *
 * The object is new to the walk: it was given the next number before.
 */
export interface Form<T extends object = object> {
  readonly tag: number
  /** Writes the tag and what follows it. Throws a refusal where the value cannot be sent. */
  write(walk: EncodeWalk, value: T): void
  /** Reads what follows the tag. An object that can hold itself is `put` before its members are read. */
  read(walk: DecodeWalk, number: number): object
  /** What `read` would make of what `write` would write. */
  copy(walk: CopyWalk, value: T, number: number): object
  /** Refuses what `write` refuses. */
  check(walk: CheckWalk, value: T): void
}

interface SourceWalk extends MovingWalk {
  /** Visits a member. */
  value(value: unknown): unknown
  readonly budget: Budget
  /** Whether the object has a number already. */
  met(value: object): boolean
}

export interface EncodeWalk extends SourceWalk {
  readonly writer: ByteWriter
  /** A string within a form, weighed. */
  string(s: string): void
}

export interface CopyWalk extends SourceWalk {
  /** Makes the copy known under its number. */
  put(number: number, copy: object): void
}

export interface CheckWalk extends SourceWalk {
  /** Notes that something was found that is made anew for its receiver. */
  reference(): void
}

export interface DecodeWalk {
  readonly reader: ByteReader
  readonly context: ValueContext
  value(): unknown
  /** Counts members that are announced; each takes at least `leastBytes`, which must be left. */
  count(nodes: number, leastBytes: number): void
  put(number: number, object: object): void
  /** Notes that an object came by being moved. */
  arrived(object: object): void
}
