import type { ValueContext } from '../context.js'
import { Refusal } from '../refusal.js'
import { contentsOf } from './contents.js'

/** The value that each marked object goes with. Weak both ways: what is never sent holds nothing. */
const marks = new WeakMap<object, WeakRef<object>>()

/** What came by being moved, by the value it came in. */
const arrivals = new WeakMap<object, readonly WeakRef<object>[]>()

/** The part of a walk that tells what moves. */
export interface MovingWalk {
  readonly context: ValueContext
  /** The whole value. */
  readonly root: unknown
  /** All that is in it, once somebody had to ask. */
  contents: ReadonlySet<object> | undefined
  met(value: object): boolean
}

/** Marks objects as going with `value`: whatever message has both moves them. */
export function markMoving(value: object, objects: readonly object[]): void {
  const whole = new WeakRef(value)
  for (const object of objects) marks.set(object, whole)
}

/** Whether an object that a walk meets is moved, not copied. **Cost**: a look-up, unless it comes before the value it goes with. */
export function isMoving(walk: MovingWalk, object: object): boolean {
  if (walk.context.attachments?.moves !== true) return false
  const value = marks.get(object)?.deref()
  if (value === undefined) return false
  if (value === object || walk.met(value)) return true
  walk.contents ??= contentsOf(walk.root)
  return walk.contents.has(value)
}

/** Notes what came with a value by being moved. */
export function noteArrival(value: unknown, objects: readonly object[]): void {
  if (typeof value === 'object' && value !== null)
    arrivals.set(
      value,
      objects.map((object) => new WeakRef(object)),
    )
}

/** A value that is passed on as it came, to who is not in this thread: what was moved here is moved again. */
export function moveOn(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  const objects = arrivals.get(value)?.map((ref) => ref.deref())
  if (objects !== undefined)
    markMoving(
      value,
      objects.filter((object) => object !== undefined),
    )
}

/** Whether the bytes of a buffer have gone elsewhere. */
export function isDetached(buffer: ArrayBufferLike): boolean {
  if (buffer.byteLength > 0) return false
  try {
    return new Uint8Array(buffer).length > 0
  } catch {
    return true
  }
}

/** Refuses a buffer whose bytes have gone elsewhere. */
export function refuseDetached(buffer: ArrayBufferLike): void {
  if (isDetached(buffer)) throw new Refusal('is detached: its bytes were moved elsewhere before; what is needed again must be copied first')
}
