import { DecodeError } from '../errors.js'
import { isMoving, type MovingWalk, refuseDetached } from '../moving/marks.js'
import { Refusal } from '../refusal.js'
import { TAG } from '../tags.js'
import type { CopyWalk, DecodeWalk, EncodeWalk, Form } from './form.js'
import { attachmentForm } from './handles.js'
import { type ViewKind, viewKind, viewKindOf } from './view-kinds.js'

/** Set in the kind of a view whose buffer follows as a value. */
const OVER_BUFFER = 0x80

export const bufferForm: Form<ArrayBuffer> = {
  tag: TAG.buffer,
  write(walk, buffer) {
    refuseDetached(buffer)
    if (isMoving(walk, buffer)) return attachmentForm.write(walk, buffer)
    walk.writer.u8(TAG.buffer)
    writeBytes(walk, new Uint8Array(buffer))
  },
  read(walk) {
    return readBytes(walk).buffer
  },
  copy(walk, buffer, number) {
    refuseDetached(buffer)
    if (isMoving(walk, buffer)) return attachmentForm.copy(walk, buffer, number)
    return copyBytes(walk, new Uint8Array(buffer)).buffer
  },
  check(walk, buffer) {
    refuseDetached(buffer)
    if (isMoving(walk, buffer)) walk.reference()
    else walk.budget.weigh(buffer.byteLength)
  },
}

/**
 * Typed arrays, DataView and Node's Buffer, which arrives as Uint8Array.
 *
 * A view keeps its buffer, and shares it with other views, when it covers the whole of it, when the buffer came earlier in the message,
 * and when the buffer is moved. Else it gets a buffer of its own that holds its bytes only: a Buffer from Node's pool
 * must neither carry the 8 KiB around it nor show what they hold.
 */
export const viewForm: Form<ArrayBufferView> = {
  tag: TAG.view,
  write(walk, view) {
    const kind = viewKindOf(view)
    walk.writer.u8(TAG.view)
    if (!keepsBuffer(walk, view)) {
      walk.writer.u8(kind.code)
      return writeBytes(walk, bytesOf(view))
    }
    walk.writer.u8(kind.code | OVER_BUFFER)
    walk.value(view.buffer)
    walk.writer.varint(view.byteOffset)
    walk.writer.varint(view.byteLength / kind.elementBytes)
  },
  read(walk) {
    const code = walk.reader.u8()
    const kind = viewKind(code & ~OVER_BUFFER)
    if ((code & OVER_BUFFER) === 0) {
      const { buffer } = readBytes(walk)
      return viewOver(kind, buffer, { at: 0, elements: buffer.byteLength / kind.elementBytes })
    }
    const buffer = walk.value()
    return viewOver(kind, buffer, { at: walk.reader.varint(), elements: walk.reader.varint() })
  },
  copy(walk, view) {
    const kind = viewKindOf(view)
    const elements = view.byteLength / kind.elementBytes
    if (!keepsBuffer(walk, view)) return viewOver(kind, copyBytes(walk, bytesOf(view)).buffer, { at: 0, elements })
    const at = view.byteOffset
    return viewOver(kind, walk.value(view.buffer), { at, elements })
  },
  check(walk, view) {
    viewKindOf(view)
    if (keepsBuffer(walk, view)) walk.value(view.buffer)
    else walk.budget.weigh(bytesOf(view).length)
  },
}

function keepsBuffer(walk: MovingWalk, view: ArrayBufferView): boolean {
  const { buffer } = view
  if (view.byteLength === buffer.byteLength || walk.met(buffer)) return true
  if (isShared(buffer)) {
    if (walk.context.attachments?.accepts(buffer)) return true
    throw new Refusal('is a view of shared memory, which stays within its system; send a copy of it')
  }
  return isMoving(walk, buffer)
}

/** Of shared memory of another realm too. */
function isShared(buffer: ArrayBufferLike): buffer is SharedArrayBuffer {
  return Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]'
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}

function writeBytes(walk: EncodeWalk, bytes: Uint8Array): void {
  walk.budget.weigh(bytes.length)
  walk.writer.varint(bytes.length)
  walk.writer.bytes(bytes)
}

function copyBytes(walk: CopyWalk, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  walk.budget.weigh(bytes.length)
  return new Uint8Array(bytes)
}

function readBytes({ reader }: DecodeWalk): Uint8Array<ArrayBuffer> {
  return reader.bytes(reader.varint())
}

function viewOver(kind: ViewKind, buffer: unknown, { at, elements }: { at: number; elements: number }): ArrayBufferView {
  if (!isBuffer(buffer)) throw new DecodeError('a view lies over something that is no buffer')
  if (at + elements * kind.elementBytes > buffer.byteLength || !Number.isInteger(elements) || at % kind.elementBytes !== 0)
    throw new DecodeError('a view does not fit its buffer')
  return new kind.make(buffer, at, elements)
}

function isBuffer(value: unknown): value is ArrayBufferLike {
  return value instanceof ArrayBuffer || (typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer)
}
