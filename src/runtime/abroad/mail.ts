/**
 * What two threads of different processes send each other: the batches of a port link (links/port-link.ts), without anything beside the bytes.
 *
 *   head   varint epoch of the sender │ varint epoch of the receiver, 0 while it is unknown │ varint number of this mail in the epoch, from 1
 *          │ varint frames received so far │ varint bytes received so far
 *   bytes  u32 length, frame │ …
 *
 * An epoch is one life of a connection as one side has it; later ones have higher numbers. Mail that is meant for an epoch which is over, or comes from
 * one, is from before a change of the way: it is not taken in. Where a number is left out something was lost: a new epoch begins.
 */

import type { Mail } from '../../actors/kernel/ports.js'
import type { TextBytes } from '../../base/world.js'
import { ByteReader } from '../../codec/byte-reader.js'
import type { ByteWriter } from '../../codec/byte-writer.js'
import { DecodeError } from '../../codec/errors.js'
import type { Batch } from '../links/port-link.js'

export interface MailHead {
  readonly sender: number
  readonly receiver: number
  readonly number: number
}

export const HEAD_BYTES = 40
const LENGTH_BYTES = 4

/** Writes what begins a mail, with a writer that is empty. */
export function writeMailHead(writer: ByteWriter, { sender, receiver, number }: MailHead, { received, receivedBytes }: Batch): Uint8Array {
  writer.varint(sender)
  writer.varint(receiver)
  writer.varint(number)
  writer.varint(received)
  writer.varint(receivedBytes)
  return writer.take()
}

/**
 * The batch is over the bytes of the mail.
 *
 * @throws DecodeError
 */
export function readMail({ head, bytes }: Omit<Mail, 'to'>, text: TextBytes): MailHead & { readonly batch: Batch } {
  const reader = new ByteReader(text, head)
  const sender = reader.varint()
  const receiver = reader.varint()
  const number = reader.varint()
  const received = reader.varint()
  const receivedBytes = reader.varint()
  if (reader.remaining > 0) throw new DecodeError('the head of mail of another process goes on where it should end')
  checkFrames(bytes)
  return { sender, receiver, number, batch: { received, receivedBytes, bytes, attachments: NOTHING_BESIDE } }
}

const NOTHING_BESIDE: readonly object[] = []

/** The link that takes the batch trusts its lengths. */
function checkFrames(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.length - at < LENGTH_BYTES ? Number.NaN : view.getUint32(at, true)
    at += LENGTH_BYTES + length
    if (!(at <= bytes.length) || length === 0) throw new DecodeError('mail of another process holds a frame that is cut off')
  }
}
