import { ByteReader } from '../../../dist/codec/byte-reader.js'
import { ByteWriter } from '../../../dist/codec/byte-writer.js'
import { readValue } from '../../../dist/codec/decode.js'
import { writeValue } from '../../../dist/codec/encode.js'
import { nodeWorld } from '../../../dist/runtime/node-world.js'
import { duplicating, type Envelope } from './envelopes.js'
import { ownContext } from './own-context.js'

const { text } = nodeWorld({ hold: () => undefined })
const writer = new ByteWriter(text)

/** Each message leaves the writer as bytes of its own, as if it traveled alone. */
export const start = duplicating((envelope) => {
  writeValue(writer, envelope, ownContext, 'value')
  return readValue(new ByteReader(text, writer.take()), ownContext) as Envelope
})
