/**
 * Mail between threads of processes, as it travels over links. Nobody on the way reads its body. One frame may be for several threads: what is the
 * same for all of them goes over a link once, and is multiplied behind it.
 *
 *    0 │ 1  │ 32 mail, 33 a thread of the origin has ended (without body)
 *    1 │ 1  │ links it has gone over
 *    2 │ 1  │ bit 0: the body goes on in the next frame from the same thread to the same ones
 *    3 │ 16 │ id of the origin
 *   19 │ 4  │ number of bytes of the body, little-endian
 *   23 │ …  │ key of the thread there: one byte for its length, ASCII
 *      │ …  │ body
 *      │ …  │ for each destination: 16 id of the process │ key of the thread │ one byte for a length, what the body begins with for this one
 */

import type { ThreadKey } from '../../base/ids.js'
import { DecodeError } from '../../codec/errors.js'
import { PROCESS_ID_BYTES, type ProcessIds } from './process-ids.js'

export const MAIL = 32
export const THREAD_ENDED = 33
const MORE = 1
const HOPS_AT = 1
const FLAGS_AT = 2
const ORIGIN_AT = 3
const LENGTH_AT = ORIGIN_AT + PROCESS_ID_BYTES
const FROM_AT = LENGTH_AT + 4
const MOST_TEXT = 255
/** Of one frame: a small frame must not make others send without end. */
export const MOST_DESTINATIONS = 256

/** Where mail goes. */
export interface Destination {
  readonly process: string
  readonly thread: ThreadKey
  /** What comes before the body for this one; at most 255 bytes. */
  readonly head: Uint8Array
}

export interface MailFrame {
  readonly kind: typeof MAIL | typeof THREAD_ENDED
  readonly hops: number
  /** The body goes on in the next frame. */
  readonly more: boolean
  readonly origin: string
  readonly from: ThreadKey
  readonly body: Uint8Array
}

/** What a frame takes up without its destinations. */
export function mailBytes({ from, body }: MailFrame): number {
  return FROM_AT + 1 + from.length + body.length
}

export function destinationBytes({ thread, head }: Destination): number {
  return PROCESS_ID_BYTES + 1 + thread.length + 1 + head.length
}

/** Writes a frame without its destinations; returns where it ends. */
export function writeMail(mail: MailFrame, ids: ProcessIds, target: Uint8Array, at: number): number {
  const { body } = mail
  target[at] = mail.kind
  target[at + HOPS_AT] = mail.hops
  target[at + FLAGS_AT] = mail.more ? MORE : 0
  ids.write(mail.origin, target, at + ORIGIN_AT)
  for (let i = 0; i < 4; i++) target[at + LENGTH_AT + i] = body.length >>> (8 * i)
  const end = writeKey(mail.from, target, at + FROM_AT)
  target.set(body, end)
  return end + body.length
}

/** Returns where it ends. */
export function writeDestination({ process, thread, head }: Destination, ids: ProcessIds, target: Uint8Array, at: number): number {
  ids.write(process, target, at)
  const end = writeKey(thread, target, at + PROCESS_ID_BYTES)
  target[end] = head.length
  target.set(head, end + 1)
  return end + 1 + head.length
}

/** Mail that has arrived. Its bytes are those of the frame. */
export interface ArrivedMail extends MailFrame {
  readonly destinations: readonly Destination[]
}

/** @throws DecodeError */
export function readMail(bytes: Uint8Array, { start, end }: FrameBounds, ids: ProcessIds): ArrivedMail {
  const head = readHead(bytes, { start, end }, ids)
  const from = keyAt(bytes, start + FROM_AT)
  const destinations: Destination[] = []
  for (let at = head.bodyEnd; at < end; ) {
    const destination = readDestination(bytes, { start: at, end }, ids)
    at += destinationBytes(destination)
    if (destinations.push(destination) > MOST_DESTINATIONS) throw new DecodeError(`mail has more than ${MOST_DESTINATIONS} destinations`)
  }
  const { kind, hops, more, origin } = head
  return { kind, hops, more, origin, from, body: bytes.subarray(head.bodyEnd - head.length, head.bodyEnd), destinations }
}

/** Where a frame is within other bytes. */
export interface FrameBounds {
  readonly start: number
  readonly end: number
}

/** What has to be known of mail that only passes through. */
export interface MailHead {
  readonly kind: typeof MAIL | typeof THREAD_ENDED
  readonly hops: number
  readonly origin: string
  /** The only process it is for; `undefined` when there are several destinations. */
  readonly only: string | undefined
}

/** @throws DecodeError */
export function readMailHead(bytes: Uint8Array, { start, end }: FrameBounds, ids: ProcessIds): MailHead {
  const { kind, hops, origin, bodyEnd } = readHead(bytes, { start, end }, ids)
  const thread = bodyEnd + PROCESS_ID_BYTES
  const head = thread + 1 + (bytes[thread] as number)
  const isOnly = head < end && head + 1 + (bytes[head] as number) === end
  return { kind, hops, origin, only: isOnly ? ids.read(bytes, bodyEnd) : undefined }
}

/** Counts a link that a frame goes over, where it lies. */
export function countHop(target: Uint8Array, at: number): void {
  target[at + HOPS_AT] = (target[at + HOPS_AT] as number) + 1
}

interface Head extends Pick<MailFrame, 'kind' | 'hops' | 'more' | 'origin'> {
  readonly length: number
  readonly bodyEnd: number
}

function readHead(bytes: Uint8Array, { start, end }: FrameBounds, ids: ProcessIds): Head {
  const kind = bytes[start]
  if (kind !== MAIL && kind !== THREAD_ENDED) throw new DecodeError(`a frame of type ${kind} is no mail`)
  if (end - start <= FROM_AT) throw cutOff()
  let length = 0
  for (let i = 3; i >= 0; i--) length = length * 256 + (bytes[start + LENGTH_AT + i] as number)
  const bodyEnd = start + FROM_AT + 1 + (bytes[start + FROM_AT] as number) + length
  if (bodyEnd >= end) throw cutOff()
  const more = ((bytes[start + FLAGS_AT] as number) & MORE) !== 0
  return { kind, hops: bytes[start + HOPS_AT] as number, more, origin: ids.read(bytes, start + ORIGIN_AT), length, bodyEnd }
}

function readDestination(bytes: Uint8Array, { start, end }: FrameBounds, ids: ProcessIds): Destination {
  const thread = start + PROCESS_ID_BYTES
  const head = thread < end ? thread + 1 + (bytes[thread] as number) : end
  const next = head < end ? head + 1 + (bytes[head] as number) : end + 1
  if (next > end) throw cutOff()
  return { process: ids.read(bytes, start), thread: keyAt(bytes, thread), head: bytes.subarray(head + 1, next) }
}

function writeKey(key: ThreadKey, target: Uint8Array, at: number): number {
  if (key.length > MOST_TEXT) throw new TypeError(`a thread key has ${key.length} characters; ${MOST_TEXT} are the most`)
  target[at] = key.length
  for (let i = 0; i < key.length; i++) target[at + 1 + i] = key.charCodeAt(i)
  return at + 1 + key.length
}

const SHORT_KEYS = Array.from({ length: 128 }, (_, unit) => String.fromCharCode(unit) as ThreadKey)

function keyAt(bytes: Uint8Array, at: number): ThreadKey {
  const length = bytes[at] as number
  const first = bytes[at + 1] as number
  if (length === 1 && first < SHORT_KEYS.length) return SHORT_KEYS[first] as ThreadKey
  let key = ''
  for (let i = 0; i < length; i++) key += String.fromCharCode(bytes[at + 1 + i] as number)
  return key as ThreadKey
}

function cutOff(): DecodeError {
  return new DecodeError('mail is cut off')
}
