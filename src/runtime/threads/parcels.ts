import type { Core } from '../../actors/kernel/core.js'
import { ByteReader } from '../../codec/byte-reader.js'
import { ByteWriter } from '../../codec/byte-writer.js'
import { readValue } from '../../codec/decode.js'
import { writeValue } from '../../codec/encode.js'
import { IncomingAttachments, isMovable, type Movable, moveBeside, OutgoingAttachments } from '../links/attachments.js'

/** A value on its way to another thread outside a link. */
export interface Parcel {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly attachments: readonly object[]
}

/** From where a parcel goes, and how far. */
export interface ParcelRoute {
  readonly core: Core
  /** To another process. */
  readonly apart: boolean
}

/**
 * Packs a value for the control plane.
 *
 * @throws UnsendableError
 */
export function pack({ core, apart }: ParcelRoute, value: unknown, path: string): Parcel {
  return packBeside(core, value, path, new OutgoingAttachments(false, apart))
}

/**
 * Packs a value that an actor sends: what `transfer()` marked is moved into the parcel.
 *
 * @throws UnsendableError
 */
export function packMoving({ core, apart }: ParcelRoute, value: unknown, path: string): Parcel {
  const { bytes, attachments } = packBeside(core, value, path, new OutgoingAttachments(true, apart))
  return { bytes, attachments: moveBeside(attachments) }
}

function packBeside(core: Core, value: unknown, path: string, beside: OutgoingAttachments): Parcel {
  const writer = new ByteWriter(core.world.text)
  writeValue(writer, value, { ...core.values, attachments: beside }, path)
  return { bytes: writer.take(), attachments: beside.take() }
}

export function unpack(core: Core, parcel: Parcel): unknown {
  core.receiver = core.root
  const attachments = new IncomingAttachments(parcel.attachments)
  return readValue(new ByteReader(core.world.text, parcel.bytes), { ...core.values, attachments })
}

/** Bytes in a buffer of their own: those from another process lie in the middle of all that was read there, which must not be moved with them. */
export function ownBytes(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice()
}

/** What of a parcel must be moved with it. */
export function movablesIn(parcel: Parcel | undefined): readonly Movable[] {
  return (parcel?.attachments ?? []).filter(isMovable)
}
