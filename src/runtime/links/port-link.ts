import { MessagePort } from 'node:worker_threads'
import type { TextBytes } from '../../base/world.js'
import { ByteReader } from '../../codec/byte-reader.js'
import { ByteWriter } from '../../codec/byte-writer.js'
import { UnsendableError } from '../../codec/errors.js'
import { IncomingAttachments, OutgoingAttachments } from './attachments.js'
import type { FrameWriter, Link, LinkListener } from './link.js'

/**
 * A link over a message port: all frames of a tick travel in one message, as bytes that are moved, not copied.
 *
 *   message  { received: number, receivedBytes: number, bytes: frame…, attachments: object[] }
 *   frame    u32 length │ that many bytes
 *
 * `received` and `receivedBytes` count what was taken from the other side so far; what it has not confirmed bounds what is
 * on its way.
 */
interface Batch {
  readonly received: number
  readonly receivedBytes: number
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly attachments: readonly object[]
}

/** How far a batch had come. */
interface Position {
  readonly bytes: number
  readonly frames: number
  readonly attachments: number
}

/** Frames on their way, beyond which the link is full. */
const MAX_UNCONFIRMED = 65_536
/** Bytes on their way, beyond which the link is full. */
const MAX_UNCONFIRMED_BYTES = 64 * 2 ** 20
/** Frames and bytes taken in, after which they are confirmed even if there is nothing else to send. */
const CONFIRM_EVERY = 4096
const CONFIRM_EVERY_BYTES = 4 * 2 ** 20
const LENGTH_BYTES = 4

export class PortLink implements Link {
  readonly #port: MessagePort
  readonly #text: TextBytes
  readonly #listener: LinkListener
  readonly #writer: ByteWriter
  readonly #outgoing = new OutgoingAttachments()
  readonly #frame: FrameWriter
  #frames = 0
  #sent = 0
  #confirmed = 0
  #received = 0
  #told = 0
  #sentBytes = 0
  #confirmedBytes = 0
  #receivedBytes = 0
  #toldBytes = 0
  #closed = false
  /** Frames that were sent while another was being written, by a getter in what it sends. */
  #nested: Uint8Array[] | null = null

  constructor(port: MessagePort, text: TextBytes, listener: LinkListener) {
    this.#port = port
    this.#text = text
    this.#listener = listener
    this.#writer = new ByteWriter(text)
    this.#frame = { bytes: this.#writer, attachments: this.#outgoing }
    port.on('message', (batch: Batch) => this.#take(batch))
    port.on('close', () => this.#ended())
    port.unref()
  }

  get full(): boolean {
    const bytes = this.#sentBytes + this.#writer.length - this.#confirmedBytes
    return this.#sent + this.#frames - this.#confirmed >= MAX_UNCONFIRMED || bytes >= MAX_UNCONFIRMED_BYTES
  }

  get sent(): number {
    return this.#sent + this.#frames
  }

  send(write: (frame: FrameWriter) => void): void {
    if (this.#closed) return
    if (this.#nested !== null) return this.#sendNested(write, this.#nested)
    const before = { bytes: this.#writer.mark(), frames: this.#frames, attachments: this.#outgoing.objects.length }
    this.#append(write, before)
    if (this.#outgoing.movesFrom(before.attachments)) this.#sendApart(before)
  }

  flush(): void {
    if (this.#closed || (this.#frames === 0 && !this.#mustConfirm)) return
    this.#post(this.#writer.take(), this.#outgoing.take(), this.#frames)
  }

  get #mustConfirm(): boolean {
    return this.#received - this.#told >= CONFIRM_EVERY || this.#receivedBytes - this.#toldBytes >= CONFIRM_EVERY_BYTES
  }

  close(): void {
    if (this.#closed) return
    this.flush()
    this.#closed = true
    this.#port.close()
  }

  #append(write: (frame: FrameWriter) => void, before: Position): void {
    const nested: Uint8Array[] = []
    this.#nested = nested
    this.#writer.u32(0)
    try {
      write(this.#frame)
      this.#writer.patchU32(before.bytes, this.#writer.length - before.bytes - LENGTH_BYTES)
      this.#frames++
    } catch (error) {
      this.#writer.rewind(before.bytes)
      if (nested.length === 0) this.#outgoing.objects.length = before.attachments
      throw error
    } finally {
      this.#nested = null
      for (const bytes of nested) this.#writer.bytes(bytes)
      this.#frames += nested.length
    }
  }

  #sendNested(write: (frame: FrameWriter) => void, nested: Uint8Array[]): void {
    const bytes = new ByteWriter(this.#text)
    bytes.u32(0)
    write({ bytes, attachments: this.#outgoing })
    bytes.patchU32(0, bytes.length - LENGTH_BYTES)
    nested.push(bytes.take())
  }

  /** What moves ports leaves by itself: one that cannot be moved, since it has been before, fails its own message only. */
  #sendApart(before: Position): void {
    const bytes = this.#writer.take()
    const attachments = this.#outgoing.take()
    const frames = this.#frames - before.frames
    if (before.frames > 0) this.#post(bytes.slice(0, before.bytes), attachments.slice(0, before.attachments), before.frames)
    this.#post(bytes.slice(before.bytes), attachments, frames)
  }

  #post(bytes: Uint8Array<ArrayBuffer>, attachments: readonly object[], frames: number): void {
    const size = bytes.length
    const batch: Batch = { received: this.#received, receivedBytes: this.#receivedBytes, bytes, attachments }
    this.#frames = 0
    try {
      this.#port.postMessage(batch, [bytes.buffer, ...attachments.filter((object) => object instanceof MessagePort)])
    } catch (error) {
      throw new UnsendableError('a MessagePort', 'cannot be moved; has it been sent before?', { cause: error })
    }
    this.#told = this.#received
    this.#toldBytes = this.#receivedBytes
    this.#sent += frames
    this.#sentBytes += size
  }

  #take(batch: Batch): void {
    const wasFull = this.full
    this.#confirmed = batch.received
    this.#confirmedBytes = batch.receivedBytes
    if (wasFull && !this.full) this.#listener.onRoom()
    const { bytes } = batch
    this.#receivedBytes += bytes.length
    const incoming = new IncomingAttachments(batch.attachments)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let at = 0; at < bytes.length; ) {
      const length = view.getUint32(at, true)
      const start = at + LENGTH_BYTES
      at = start + length
      this.#received++
      this.#listener.onFrame({ bytes: new ByteReader(this.#text, bytes, start, at), attachments: incoming })
    }
    this.flush()
  }

  #ended(): void {
    this.#closed = true
    this.#listener.onClosed()
  }
}
