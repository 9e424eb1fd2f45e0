import { ByteReader } from '../../codec/byte-reader.js'
import { ByteWriter } from '../../codec/byte-writer.js'
import type { ValueContext } from '../../codec/context.js'
import { copyValue } from '../../codec/copy.js'
import { readValue } from '../../codec/decode.js'
import { writeValue } from '../../codec/encode.js'
import type { Core } from '../kernel/core.js'
import { PassedOn } from './passed-on.js'

/**
 * What an actor of this thread gets of a value: a copy, into which goes what `transfer()` marked.
 *
 * @throws UnsendableError; then nothing was moved
 */
// shape: four parameters, for it is on the way of every message
export function ownCopy(core: Core, value: unknown, path: string, context: ValueContext = core.sent): unknown {
  if (core.options.strict) return throughBytes(core, value, path, context)
  const { attachments } = context
  const before = attachments instanceof PassedOn ? attachments.movable : 0
  const copy = copyValue(value, context, path)
  return attachments instanceof PassedOn && attachments.movable !== before ? throughBytes(core, value, path, context) : copy
}

/** Bytes know the place of every view, so that buffers can be moved once all of the value has proved to be sendable. */
// shape: four parameters, those of `ownCopy`
function throughBytes(core: Core, value: unknown, path: string, { attachments, ...rest }: ValueContext): unknown {
  const { text } = core.world
  const writer = new ByteWriter(text)
  const beside = attachments instanceof PassedOn ? attachments.handover() : undefined
  const context = { ...rest, attachments: beside }
  writeValue(writer, value, context, path)
  beside?.complete(path)
  return readValue(new ByteReader(text, writer.take()), context)
}
