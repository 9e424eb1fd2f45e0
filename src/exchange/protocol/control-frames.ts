/**
 * What exchanges tell each other over an active link, besides mail. Each is a frame of the control lane: its type, then a value in the plain form
 * of the codec, which is checked by a schema before anything is done with it.
 *
 *   16 summary  a hash over all logs that the link carries; told first, by both sides
 *   17 digests  of each of these logs, when the hashes differ
 *   18 update   what a log says since the number that the other side has
 *   19 synced   all updates that the other side lacked have been told
 *   20 report   links of a server, and what is behind it; servers hand it on
 *   21 telling  a server tells a client where it gets
 *   22 wanted   the number of a log after which something is missing
 *
 * What holds long lists is told in several frames: "more" says that the next one goes on.
 */

import { z } from 'zod'
import type { TextBytes } from '../../base/world.js'
import { ByteReader } from '../../codec/byte-reader.js'
import type { ByteWriter } from '../../codec/byte-writer.js'
import type { ValueContext } from '../../codec/context.js'
import { readValue } from '../../codec/decode.js'
import { writeValue } from '../../codec/encode.js'
import { FOREIGN_LIMITS } from '../../codec/limits.js'

const count = z.int().nonnegative()
const text = z.string()
const texts = z.array(text).readonly()
const id = z.string().regex(/^[0-9a-f]{32}$/)
const ids = z.array(id).readonly()
/** As bridge/own-services.ts has them. */
const agent = z.string().regex(/^\d{1,9}(-\d{1,9})?\.[0-9a-z]{1,11}(=\d{1,9}(-\d{1,9})?\.[0-9a-z]{1,11})?$/)
const reason = z.enum(['stopped', 'crashed', 'unreachable', 'drained', 'replaced'])
const hash = z.object({ high: count, low: count })
const processName = z.object({ id, incarnation: count })
const logName = z.object({ origin: processName, audience: text })
const service = z.object({ agent, name: text, groups: texts, streams: texts.nullable() })
const record = service.extend({ created: count, changed: count })
const update = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('available'), number: count, service }),
  z.object({ kind: z.literal('withdrawn'), number: count, created: count, reason }),
  z.object({ kind: z.literal('joined'), number: count, created: count, group: text }),
  z.object({ kind: z.literal('left'), number: count, created: count, group: text }),
  z.object({
    kind: z.literal('delta'),
    from: count,
    to: count,
    removed: z.array(z.object({ number: count, created: count, reason })).readonly(),
    records: z.array(record).readonly(),
    regrouped: z.array(z.object({ created: count, changed: count, groups: texts })).readonly(),
  }),
  z.object({ kind: z.literal('state'), number: count, records: z.array(record).readonly() }),
])
const behind = z.object({ origin: id, distance: count, crossed: texts })

const SCHEMAS = {
  summary: hash,
  digests: z.object({ logs: z.array(logName.extend({ number: count, hash })).readonly(), more: z.boolean() }),
  update: z.object({ log: logName, update, more: z.boolean() }),
  synced: z.null(),
  report: z.object({
    process: id,
    incarnation: count,
    number: count,
    servers: ids,
    clients: ids,
    behind: z.array(behind).readonly(),
  }),
  telling: z.object({ came: z.array(behind.extend({ next: id })).readonly(), went: ids }),
  wanted: z.object({ log: logName, number: count }),
} as const

export type ControlKind = keyof typeof SCHEMAS
export type ControlValue<K extends ControlKind> = z.infer<(typeof SCHEMAS)[K]>
/** What one control frame says. */
export type ControlFrame = { readonly [K in ControlKind]: { readonly kind: K; readonly value: ControlValue<K> } }[ControlKind]

const FIRST_TYPE = 16
const KINDS = Object.keys(SCHEMAS) as readonly ControlKind[]
const CONTEXT: ValueContext = { limits: FOREIGN_LIMITS, stacks: false, regexp: false }

export function controlType(kind: ControlKind): number {
  return FIRST_TYPE + KINDS.indexOf(kind)
}

export function isControl(type: number): boolean {
  return type >= FIRST_TYPE && type < FIRST_TYPE + KINDS.length
}

/** Behind the type. */
export function writeControl<K extends ControlKind>(bytes: ByteWriter, value: ControlValue<K>): void {
  writeValue(bytes, value, CONTEXT, 'value')
}

/**
 * Reads a frame, its type included.
 *
 * @throws DecodeError, ZodError
 */
export function readControl(bytes: Uint8Array, at: { readonly start: number; readonly end: number }, textBytes: TextBytes): ControlFrame {
  const reader = new ByteReader(textBytes, bytes, at.start, at.end)
  const kind = KINDS[reader.u8() - FIRST_TYPE] as ControlKind
  return { kind, value: SCHEMAS[kind].parse(readValue(reader, CONTEXT)) } as ControlFrame
}
