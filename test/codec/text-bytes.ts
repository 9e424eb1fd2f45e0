import { Buffer } from 'node:buffer'
import type { TextBytes } from '../../src/base/world.js'

/** UTF-8 with Node's Buffer. */
export const textBytes: TextBytes = {
  write: (text, bytes, at) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).write(text, at, 'utf8'),
  read: (bytes, start, end) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8', start, end),
}
