import { isMovable, type Movable } from '../links/attachments.js'
import type { PairPort } from '../links/pair-port.js'
import type { Batch } from '../links/port-link.js'
import { ownBytes } from '../threads/parcels.js'

interface Ends {
  readonly frames: PairPort
  readonly control: PairPort
}

/**
 * Hands on what two threads send each other that have no way of their own, as one of them is in another process.
 *
 * - **Ordering**: as it was sent; the end of one side reaches the other after everything that was sent before.
 * - **Back-pressure**: none of its own: what a link has on its way is bounded by what the other end has confirmed.
 */
export function relay(one: Ends, other: Ends): void {
  handOn(one.frames, other.frames, postBatch)
  handOn(other.frames, one.frames, postBatch)
  handOn(one.control, other.control, postPlain)
  handOn(other.control, one.control, postPlain)
}

function handOn(from: PairPort, to: PairPort, post: (to: PairPort, message: unknown) => void): void {
  from.on('message', (message) => post(to, message))
  from.on('close', () => to.close())
  from.unref()
}

function postPlain(to: PairPort, message: unknown): void {
  to.postMessage(message)
}

function postBatch(to: PairPort, message: unknown): void {
  const batch = message as Batch
  const { attachments } = batch
  const own = ownBytes(batch.bytes as Uint8Array<ArrayBuffer>)
  const transfer: Movable[] = [own.buffer, ...attachments.filter(isMovable)]
  to.postMessage({ ...batch, bytes: own }, transfer)
}
