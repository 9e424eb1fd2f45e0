/**
 * The frames between two threads of one system. Numbers are varints unless another width is given; values are in the
 * plain form of the codec.
 *
 *   request   1 │ flags │ conversation │ cell │ [f64 remaining ms] │ [sender thread] │ sender cell │ sender name │ sender audience │ method │ arguments
 *   result    2 │ conversation │ value
 *   failure   3 │ conversation │ error
 *   abort     4 │ conversation │ 0 expired, 1 aborted
 *   watch     5 │ cell
 *   gone      6 │ cell │ reason
 *   snapshot  7 │ value
 *   change    8 │ value
 *   turn end  9 │ conversation: of a request that had ended early, where the asker wants to know
 *
 *   flags     bits 0–1 kind (0 call, 1 tell, 2 offer) │ 2 untrusted │ 3 a deadline follows │ 4 a thread follows: that of the
 *             sender, when a pool passes on what came from elsewhere │ 5 the end of an early ended turn is told
 */

import type { EnvelopeKind } from '../../actors/kernel/message.js'
import type { ServiceFailure } from '../../base/failures.js'
import type { ThreadKey } from '../../base/ids.js'
import type { ByteReader } from '../../codec/byte-reader.js'
import type { ValueContext } from '../../codec/context.js'
import { writeValue } from '../../codec/encode.js'
import type { FrameWriter } from './link.js'

export const FRAME = { request: 1, result: 2, failure: 3, abort: 4, watch: 5, gone: 6, snapshot: 7, change: 8, turnEnd: 9 } as const

const KINDS: readonly EnvelopeKind[] = ['call', 'tell', 'offer']
const UNTRUSTED = 4
const DEADLINE = 8
const PASSED_ON = 16
const TURN_END = 32

/** The head of a request: all but its arguments. */
export interface RequestHead {
  readonly kind: EnvelopeKind
  readonly untrusted: boolean
  /** 0 for one that is not answered. */
  readonly conversation: number
  readonly cell: number
  /** `Infinity` is none. */
  readonly remainingMs: number
  readonly wantsTurnEnd: boolean
  /** `undefined` is the thread that the frame comes from. */
  readonly senderThread: ThreadKey | undefined
  readonly senderCell: number
  readonly senderName: string
  readonly senderAudience: string
  readonly method: string
}

export function writeRequest({ bytes }: FrameWriter, head: RequestHead): void {
  const limited = head.remainingMs !== Number.POSITIVE_INFINITY
  const passedOn = head.senderThread !== undefined
  const terms = (limited ? DEADLINE : 0) | (passedOn ? PASSED_ON : 0) | (head.wantsTurnEnd ? TURN_END : 0)
  bytes.u8(FRAME.request)
  bytes.u8(KINDS.indexOf(head.kind) | (head.untrusted ? UNTRUSTED : 0) | terms)
  bytes.varint(head.conversation)
  bytes.varint(head.cell)
  if (limited) bytes.f64(head.remainingMs)
  if (passedOn) bytes.string(head.senderThread)
  bytes.varint(head.senderCell)
  bytes.string(head.senderName)
  bytes.string(head.senderAudience)
  bytes.string(head.method)
}

export function readRequest(bytes: ByteReader): RequestHead {
  const flags = bytes.u8()
  return {
    kind: KINDS[flags & 3] ?? 'tell',
    untrusted: (flags & UNTRUSTED) !== 0,
    conversation: bytes.varint(),
    cell: bytes.varint(),
    remainingMs: (flags & DEADLINE) === 0 ? Number.POSITIVE_INFINITY : bytes.f64(),
    wantsTurnEnd: (flags & TURN_END) !== 0,
    senderThread: (flags & PASSED_ON) === 0 ? undefined : (bytes.string() as ThreadKey),
    senderCell: bytes.varint(),
    senderName: bytes.string(),
    senderAudience: bytes.string(),
    method: bytes.string(),
  }
}

export function writeResult(frame: FrameWriter, conversation: number, value: unknown, context: ValueContext): void {
  frame.bytes.u8(FRAME.result)
  frame.bytes.varint(conversation)
  writeValue(frame.bytes, value, { ...context, attachments: frame.attachments }, 'result')
}

export function writeFailure(frame: FrameWriter, conversation: number, failure: ServiceFailure, context: ValueContext): void {
  frame.bytes.u8(FRAME.failure)
  frame.bytes.varint(conversation)
  writeValue(frame.bytes, failure, { ...context, attachments: frame.attachments }, 'failure')
}

export function writeAbort({ bytes }: FrameWriter, conversation: number, expired: boolean): void {
  bytes.u8(FRAME.abort)
  bytes.varint(conversation)
  bytes.u8(expired ? 0 : 1)
}

export function writeTurnEnd({ bytes }: FrameWriter, conversation: number): void {
  bytes.u8(FRAME.turnEnd)
  bytes.varint(conversation)
}

/** A frame that is a tag, a number and some text. */
export function writeNote({ bytes }: FrameWriter, tag: number, number: number, text: string): void {
  bytes.u8(tag)
  bytes.varint(number)
  bytes.string(text)
}

/** A frame that is a tag and a value. */
export function writeRecord(frame: FrameWriter, tag: number, value: unknown, context: ValueContext): void {
  frame.bytes.u8(tag)
  writeValue(frame.bytes, value, { ...context, attachments: frame.attachments }, 'record')
}
