import { MAX_MESSAGE_BYTES } from './frames.js'

const utf8 = new TextEncoder()

/** Whether a message has more bytes than one may have; only long ones are counted. */
export function isTooLarge(text: string): boolean {
  if (text.length > MAX_MESSAGE_BYTES) return true
  return text.length > MAX_MESSAGE_BYTES / 3 && utf8.encode(text).length > MAX_MESSAGE_BYTES
}
