/**
 * Mail between threads of two processes, as it travels over links. Nobody on the way reads its body.
 *
 *    0 │ 1  │ 32 mail, 33 a thread of the origin has ended (without body)
 *    1 │ 1  │ links it has gone over
 *    2 │ 16 │ id of the destination
 *   18 │ 16 │ id of the origin
 *   34 │ 1  │ bit 0: the body goes on in the next frame between the same two threads
 *   35 │ …  │ key of the thread there, key of the thread here (strings), body
 */

import type { ThreadKey } from '../../base/ids.js'
import type { TextBytes } from '../../base/world.js'
import { ByteReader } from '../../codec/byte-reader.js'
import { ByteWriter } from '../../codec/byte-writer.js'
import { DecodeError } from '../../codec/errors.js'

export const MAIL = 32
export const THREAD_ENDED = 33
const ID_BYTES = 16
const MORE = 1
/** Larger bodies travel in pieces, so that nothing waits long behind one. */
const PIECE_BYTES = 64 * 2 ** 10
const HEAD_BYTES = 64

export interface MailFrame {
  readonly kind: typeof MAIL | typeof THREAD_ENDED
  readonly hops: number
  readonly destination: string
  readonly origin: string
  readonly more: boolean
  readonly to: ThreadKey
  readonly from: ThreadKey
  readonly body: Uint8Array
}

export function writeMailFrame(frame: MailFrame, text: TextBytes): Uint8Array {
  const writer = new ByteWriter(text, frame.body.length + HEAD_BYTES)
  writer.u8(frame.kind)
  writer.u8(frame.hops)
  writer.bytes(idBytes(frame.destination))
  writer.bytes(idBytes(frame.origin))
  writer.u8(frame.more ? MORE : 0)
  writer.string(frame.to)
  writer.string(frame.from)
  writer.bytes(frame.body)
  return writer.take()
}

/** @throws DecodeError */
export function readMailFrame(
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
  text: TextBytes,
): MailFrame {
  const reader = new ByteReader(text, bytes, start, end)
  const kind = reader.u8()
  if (kind !== MAIL && kind !== THREAD_ENDED) throw new DecodeError(`a frame of type ${kind} is no mail`)
  return {
    kind,
    hops: reader.u8(),
    destination: idOf(reader.bytes(ID_BYTES)),
    origin: idOf(reader.bytes(ID_BYTES)),
    more: (reader.u8() & MORE) !== 0,
    to: reader.string() as ThreadKey,
    from: reader.string() as ThreadKey,
    body: reader.bytes(reader.remaining),
  }
}

function idBytes(id: string): Uint8Array {
  const bytes = new Uint8Array(ID_BYTES)
  for (let i = 0; i < ID_BYTES; i++) bytes[i] = Number.parseInt(id.slice(i * 2, i * 2 + 2), 16)
  return bytes
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

function idOf(bytes: Uint8Array): string {
  let id = ''
  for (const byte of bytes) id += HEX[byte]
  return id
}

/** A frame, or several where its body is large. */
export function* piecesOf(frame: MailFrame): Iterable<MailFrame> {
  const { body } = frame
  if (body.length <= PIECE_BYTES) return yield frame
  for (let at = 0; at < body.length; at += PIECE_BYTES) {
    const end = Math.min(body.length, at + PIECE_BYTES)
    yield { ...frame, body: body.subarray(at, end), more: end < body.length }
  }
}
