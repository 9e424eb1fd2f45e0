/**
 * The frames between two threads of one system. Numbers are varints unless another width is given; values are in the
 * plain form of the codec.
 *
 *   request   1 │ flags │ [marks] │ conversation │ cell │ [f64 remaining ms] │ [sender thread] │ [credit] │ [properties] │ [chain]
 *               │ sender cell │ [sender id] │ sender name │ sender audience │ method │ arguments
 *   result    2 │ conversation │ value
 *   failure   3 │ conversation │ error
 *   abort     4 │ conversation │ 0 expired, 1 aborted
 *   watch     5 │ cell
 *   gone      6 │ cell │ reason
 *   snapshot  7 │ value
 *   change    8 │ value
 *   turn end  9 │ conversation: of a request that had ended early, where the asker wants to know
 *
 *   item     10 │ conversation │ value: of a stream, which result or failure ends
 *   credit   11 │ conversation │ number of items there is room for besides
 *   note     12 │ value: what threads tell each other about subscriptions
 *   report   13 │ publisher │ subject │ value: for all that have subscribed there
 *   child    14 │ value: what becomes of an actor whose parent is there
 *   inquiry  17 │ value: the id of an actor whose thread has ended; will it be restarted?
 *   abandoned 18 │ value: the id of one that will not
 *   moved    19 │ value: the facts of one that lives on another thread now
 *   routed   21 │ terms │ route │ conversation │ cell │ [f64 remaining ms] │ [credit] │ [chain] │ arguments: a request of which a number says
 *               what an earlier one has told
 *   hold     20 │ number: from then on something there must keep the process alive; before the answer that the program may end with
 *   mail     22 │ thread of another process │ u8 length │ head │ bytes: for it or from it, over the thread of the exchange
 *   reach    23 │ value: a process and exchange group, and whether it can be reached
 *   letter   16 │ value: a message that was not delivered, for thread 0
 *   restart  15 │ cell │ f64 delay ms: with a sibling that failed
 *
 *   flags     bits 0–1 kind (0 call, 1 tell, 2 offer, 3 stream, with its first credit) │ 2 untrusted │ 3 a deadline follows │ 4 a thread follows: that of the
 *             sender, when what came from elsewhere is passed on │ 5 the end of an early ended turn is told │ 6 marks follow │ 7 the id of the sender follows its cell
 *   marks     bits 0–1 priority (0 high, 1 normal, 2 low) │ 2 properties follow: number, then key and value of each │ 3 a chain
 *             follows: number, then each request it stands on │ 4 the number follows at once by which kind, sender, method and these marks are
 *             known from now on
 *   terms     bit 0 a deadline follows │ 1 the end of an early ended turn is told │ 2 credit follows │ 3 a chain follows
 */

import { type EnvelopeKind, type Lane, NORMAL, type Properties } from '../../actors/kernel/message.js'
import type { Mail } from '../../actors/kernel/ports.js'
import type { ServiceFailure } from '../../base/failures.js'
import type { ActorId, ThreadKey } from '../../base/ids.js'
import type { ByteReader } from '../../codec/byte-reader.js'
import type { ValueContext } from '../../codec/context.js'
import { writeValue } from '../../codec/encode.js'
import { DecodeError } from '../../codec/errors.js'
import type { FarReport } from '../../router/reports/notes.js'
import type { FrameWriter } from './link.js'

export const FRAME = {
  request: 1,
  result: 2,
  failure: 3,
  abort: 4,
  watch: 5,
  gone: 6,
  snapshot: 7,
  change: 8,
  turnEnd: 9,
  item: 10,
  credit: 11,
  note: 12,
  report: 13,
  child: 14,
  restart: 15,
  letter: 16,
  inquiry: 17,
  abandoned: 18,
  moved: 19,
  hold: 20,
  routed: 21,
  mail: 22,
  reach: 23,
} as const

const KINDS: readonly EnvelopeKind[] = ['call', 'tell', 'offer', 'stream']
const UNTRUSTED = 4
const DEADLINE = 8
const PASSED_ON = 16
const TURN_END = 32
const MARKS = 64
const SENDER_ID = 128
const PROPERTIES = 4
const CHAIN = 8
const ROUTE = 16
const ROUTED = { deadline: 1, turnEnd: 2, credit: 4, chain: 8 } as const

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
  /** Of one that lived on another thread before. */
  readonly senderId: ActorId | undefined
  readonly senderName: string
  readonly senderAudience: string
  readonly method: string
  /** Of a stream: items its reader has room for. */
  readonly credit: number
  readonly lane: Lane
  readonly properties: Properties | null
  readonly chain: readonly string[] | null
  /** By which it is known from now on; 0 for none. */
  readonly route: number
}

/** What differs from one request to the next that has all else in common with it. */
export type RoutedHead = Pick<RequestHead, 'route' | 'conversation' | 'cell' | 'remainingMs' | 'wantsTurnEnd' | 'credit' | 'chain'>

export function writeRequest({ bytes }: FrameWriter, head: RequestHead): void {
  const limited = head.remainingMs !== Number.POSITIVE_INFINITY
  const passedOn = head.senderThread !== undefined
  const marked = head.lane !== NORMAL || head.properties !== null || head.chain !== null || head.route > 0
  const terms =
    (limited ? DEADLINE : 0) |
    (passedOn ? PASSED_ON : 0) |
    (head.wantsTurnEnd ? TURN_END : 0) |
    (marked ? MARKS : 0) |
    (head.senderId === undefined ? 0 : SENDER_ID)
  bytes.u8(FRAME.request)
  bytes.u8(KINDS.indexOf(head.kind) | (head.untrusted ? UNTRUSTED : 0) | terms)
  if (marked) {
    bytes.u8(head.lane | (head.properties === null ? 0 : PROPERTIES) | (head.chain === null ? 0 : CHAIN) | (head.route > 0 ? ROUTE : 0))
    if (head.route > 0) bytes.varint(head.route)
  }
  bytes.varint(head.conversation)
  bytes.varint(head.cell)
  if (limited) bytes.f64(head.remainingMs)
  if (passedOn) bytes.string(head.senderThread)
  if (head.kind === 'stream') bytes.varint(head.credit)
  if (head.properties !== null) writeTexts(bytes, Object.entries(head.properties).flat())
  if (head.chain !== null) writeTexts(bytes, head.chain)
  bytes.varint(head.senderCell)
  if (head.senderId !== undefined) bytes.string(head.senderId)
  bytes.string(head.senderName)
  bytes.string(head.senderAudience)
  bytes.string(head.method)
}

export function readRequest(bytes: ByteReader): RequestHead {
  const flags = bytes.u8()
  const marks = (flags & MARKS) === 0 ? NORMAL : bytes.u8()
  const kind = KINDS[flags & 3] as EnvelopeKind
  return {
    kind,
    lane: (marks & 3) as Lane,
    route: (marks & ROUTE) === 0 ? 0 : bytes.varint(),
    untrusted: (flags & UNTRUSTED) !== 0,
    conversation: bytes.varint(),
    cell: bytes.varint(),
    remainingMs: (flags & DEADLINE) === 0 ? Number.POSITIVE_INFINITY : bytes.f64(),
    wantsTurnEnd: (flags & TURN_END) !== 0,
    senderThread: (flags & PASSED_ON) === 0 ? undefined : (bytes.string() as ThreadKey),
    credit: kind === 'stream' ? bytes.varint() : 0,
    properties: (marks & PROPERTIES) === 0 ? null : propertiesOf(readTexts(bytes)),
    chain: (marks & CHAIN) === 0 ? null : readTexts(bytes),
    senderCell: bytes.varint(),
    senderId: (flags & SENDER_ID) === 0 ? undefined : (bytes.string() as ActorId),
    senderName: bytes.string(),
    senderAudience: bytes.string(),
    method: bytes.string(),
  }
}

export function writeRouted({ bytes }: FrameWriter, head: RoutedHead): void {
  const { remainingMs, credit, chain } = head
  const limited = remainingMs !== Number.POSITIVE_INFINITY
  bytes.u8(FRAME.routed)
  bytes.u8(
    (limited ? ROUTED.deadline : 0) |
      (head.wantsTurnEnd ? ROUTED.turnEnd : 0) |
      (credit > 0 ? ROUTED.credit : 0) |
      (chain === null ? 0 : ROUTED.chain),
  )
  bytes.varint(head.route)
  bytes.varint(head.conversation)
  bytes.varint(head.cell)
  if (limited) bytes.f64(remainingMs)
  if (credit > 0) bytes.varint(credit)
  if (chain !== null) writeTexts(bytes, chain)
}

export function readRouted(bytes: ByteReader): RoutedHead {
  const terms = bytes.u8()
  return {
    route: bytes.varint(),
    conversation: bytes.varint(),
    cell: bytes.varint(),
    remainingMs: (terms & ROUTED.deadline) === 0 ? Number.POSITIVE_INFINITY : bytes.f64(),
    wantsTurnEnd: (terms & ROUTED.turnEnd) !== 0,
    credit: (terms & ROUTED.credit) === 0 ? 0 : bytes.varint(),
    chain: (terms & ROUTED.chain) === 0 ? null : readTexts(bytes),
  }
}

function writeTexts(bytes: FrameWriter['bytes'], texts: readonly string[]): void {
  bytes.varint(texts.length)
  for (const text of texts) bytes.string(text)
}

function readTexts(bytes: ByteReader): readonly string[] {
  const length = bytes.varint()
  // Each takes a byte at least: nothing is made of a length that cannot be.
  if (length > bytes.remaining) throw new DecodeError(`${length} texts cannot be in ${bytes.remaining} bytes`)
  return Array.from({ length }, () => bytes.string())
}

function propertiesOf(texts: readonly string[]): Properties {
  const properties: Record<string, string> = Object.create(null)
  for (let i = 0; i + 1 < texts.length; i += 2) properties[texts[i] as string] = texts[i + 1] as string
  return Object.freeze(properties)
}

export function writeItem(frame: FrameWriter, conversation: number, value: unknown, context: ValueContext): void {
  frame.bytes.u8(FRAME.item)
  frame.bytes.varint(conversation)
  writeValue(frame.bytes, value, { ...context, attachments: frame.attachments }, 'result')
}

export function writeCredit({ bytes }: FrameWriter, conversation: number, more: number): void {
  bytes.u8(FRAME.credit)
  bytes.varint(conversation)
  bytes.varint(more)
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

export function writeRestart({ bytes }: FrameWriter, cell: number, delayMs: number): void {
  bytes.u8(FRAME.restart)
  bytes.varint(cell)
  bytes.f64(delayMs)
}

export function writeTurnEnd({ bytes }: FrameWriter, conversation: number): void {
  bytes.u8(FRAME.turnEnd)
  bytes.varint(conversation)
}

export function writeReport(frame: FrameWriter, { publisher, subject, value }: FarReport, context: ValueContext): void {
  frame.bytes.u8(FRAME.report)
  frame.bytes.string(publisher)
  frame.bytes.string(subject)
  writeValue(frame.bytes, value, { ...context, attachments: frame.attachments }, 'value')
}

export function writeHold({ bytes }: FrameWriter, number: number): void {
  bytes.u8(FRAME.hold)
  bytes.varint(number)
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

export function writeMailFrame({ bytes }: FrameWriter, mail: Mail): void {
  bytes.u8(FRAME.mail)
  bytes.string(mail.to)
  bytes.u8(mail.head.length)
  bytes.bytes(mail.head)
  bytes.bytes(mail.bytes)
}

/** Behind the type. */
export function readMailFrame(bytes: ByteReader): Mail {
  return { to: bytes.string() as ThreadKey, head: bytes.bytes(bytes.u8()), bytes: bytes.bytes(bytes.remaining) }
}
