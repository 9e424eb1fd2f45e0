import { ByteReader } from '../../codec/byte-reader.js'
import { ByteWriter } from '../../codec/byte-writer.js'
import { copyValue } from '../../codec/copy.js'
import { readValue } from '../../codec/decode.js'
import { writeValue } from '../../codec/encode.js'
import type { Core } from '../kernel/core.js'
import { Handover, PassedOn } from './passed-on.js'

/**
 * What an actor of this thread gets of a value: a copy, into which goes what `transfer()` marked.
 *
 * @throws UnsendableError; then nothing was moved
 */
export function ownCopy(core: Core, value: unknown, path: string): unknown {
  if (core.options.strict) return throughBytes(core, value, path)
  const { attachments } = core.sent
  const before = attachments instanceof PassedOn ? attachments.movable : 0
  const copy = copyValue(value, core.sent, path)
  return attachments instanceof PassedOn && attachments.movable !== before ? throughBytes(core, value, path) : copy
}

/** Bytes know the place of every view, so that buffers can be moved once all of the value has proved to be sendable. */
function throughBytes(core: Core, value: unknown, path: string): unknown {
  const { text } = core.world
  const writer = new ByteWriter(text)
  const beside = core.passing === null ? undefined : new Handover(core.passing)
  const context = { ...core.sent, attachments: beside }
  writeValue(writer, value, context, path)
  beside?.complete(path)
  return readValue(new ByteReader(text, writer.take()), context)
}
