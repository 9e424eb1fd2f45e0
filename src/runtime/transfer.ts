import type { MessagePort } from 'node:worker_threads'
import { quote } from '../actors/quote.js'
import { contentsOf } from '../codec/moving/contents.js'
import { isDetached, markMoving } from '../codec/moving/marks.js'
import { isMovable } from './links/attachments.js'

/**
 * Marks a value: when it is sent, the buffers and ports in `list` are moved to the receiver instead of being copied. Views of a
 * moved buffer arrive as the same views of it. Returns `value` itself, to be an argument, a result, an item of a stream, `init`, or a
 * part of one.
 *
 * - **Ownership**: a buffer is detached once the message has left, wherever its receiver lives; a message that cannot be sent moves
 *   nothing. What was moved is gone also when nobody takes it: the receiver has stopped, the call has expired.
 * - **Cost**: of a moved buffer, independent of its size.
 * - **Errors**: TypeError for what cannot be moved (shared memory, a buffer that was moved before, the pool that Node makes small
 *   Buffers of) and for what does not occur in `value`.
 *
 * @example
 * ```ts
 * const pixels = new Uint8Array(64 * 1024 * 1024)
 * await images.blur(transfer({ width: 4096, pixels }, [pixels.buffer]))
 * ```
 */
export function transfer<T>(value: T, list: readonly (ArrayBufferLike | MessagePort)[]): T {
  if (!Array.isArray(list)) throw new TypeError(`transfer(): list is ${quote(list)}; give an array of ArrayBuffers and MessagePorts`)
  if (list.length === 0) return value
  const contents = contentsOf(value)
  for (const [i, object] of list.entries()) checkMovable(object, `transfer(): list[${i}]`, contents)
  markMoving(value as object, list)
  return value
}

const OTHERS = 'it is the pool that Node makes small Buffers of, or memory of WebAssembly'

function checkMovable(object: unknown, what: string, contents: ReadonlySet<object>): void {
  if (ArrayBuffer.isView(object)) throw new TypeError(`${what} is a view; give the buffer it is a view of: value.buffer`)
  if (object instanceof SharedArrayBuffer)
    throw new TypeError(`${what} is a SharedArrayBuffer, which both sides have in common: send it without transfer()`)
  if (typeof object !== 'object' || object === null || !isMovable(object))
    throw new TypeError(`${what} is ${quote(object)}; give an ArrayBuffer or a MessagePort`)
  if (!('byteLength' in object)) return checkPort(object, what, contents)
  if (isDetached(object)) throw new TypeError(`${what} is a detached ArrayBuffer: its bytes were moved elsewhere before`)
  const named = `${what}, an ArrayBuffer of ${object.byteLength} bytes,`
  if (!canMove(object)) throw new TypeError(`${named} cannot be moved: ${OTHERS}; copy first what you send: new Uint8Array(bytes)`)
  if (!contents.has(object)) throw absent(named)
}

function checkPort(port: MessagePort, what: string, contents: ReadonlySet<object>): void {
  if (!canMove(port)) throw new TypeError(`${what} is a MessagePort that cannot be moved: it was moved before, or is closed`)
  if (!contents.has(port)) throw absent(`${what}, a MessagePort,`)
}

function absent(what: string): TypeError {
  return new TypeError(`${what} does not occur in the value; put it into the value, or take it out of the list`)
}

/**
 * Whether the platform moves an object, which it tells only when it is asked to: that an object is listed twice is refused before
 * anything is moved, and after it has been found to be movable (HTML, StructuredSerializeWithTransfer; Node 20 copies in
 * silence what it cannot move).
 */
function canMove(object: ArrayBuffer | MessagePort): boolean {
  try {
    structuredClone(undefined, { transfer: [object, object] })
    return false
  } catch (error) {
    return /duplicate/i.test(String(error))
  }
}
