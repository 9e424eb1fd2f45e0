import { MessagePort } from 'node:worker_threads'
import type { Core } from '../../actors/kernel/core.js'
import { ByteReader } from '../../codec/byte-reader.js'
import { ByteWriter } from '../../codec/byte-writer.js'
import { readValue } from '../../codec/decode.js'
import { writeValue } from '../../codec/encode.js'
import { IncomingAttachments, OutgoingAttachments } from '../links/attachments.js'
import type { Parcel } from './control.js'

/**
 * Packs a value for the control plane.
 *
 * @throws UnsendableError
 */
export function pack(core: Core, value: unknown, path: string): Parcel {
  const writer = new ByteWriter(core.world.text)
  const attachments = new OutgoingAttachments()
  writeValue(writer, value, { ...core.values, attachments }, path)
  return { bytes: writer.take(), attachments: attachments.take() }
}

export function unpack(core: Core, parcel: Parcel): unknown {
  core.receiver = core.root
  const attachments = new IncomingAttachments(parcel.attachments)
  return readValue(new ByteReader(core.world.text, parcel.bytes), { ...core.values, attachments })
}

/** The ports in a parcel, which must be moved with it. */
export function portsIn(parcel: Parcel | undefined): readonly MessagePort[] {
  return (parcel?.attachments ?? []).filter((object) => object instanceof MessagePort)
}
