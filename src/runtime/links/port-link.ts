import type { TextBytes } from '../../base/world.js'
import { ByteReader } from '../../codec/byte-reader.js'
import { ByteWriter } from '../../codec/byte-writer.js'
import { IncomingAttachments, isMovable, moveBeside, OutgoingAttachments, unmovable } from './attachments.js'
import { FailuresMet } from './failures-met.js'
import type { FrameWriter, Link, LinkListener } from './link.js'
import type { PairPort } from './pair-port.js'

/**
 * A link over a port: all frames of a tick travel in one message, as bytes that are moved, not copied.
 *
 *   message  { received: number, receivedBytes: number, bytes: frame…, attachments: object[] }
 *   frame    u32 length │ that many bytes
 *
 * `received` and `receivedBytes` count what was taken from the other side so far; what it has not confirmed bounds what is
 * on its way.
 */
export interface Batch {
  readonly received: number
  readonly receivedBytes: number
  readonly bytes: Uint8Array
  readonly attachments: readonly object[]
}

/** A frame that waits for the one being written. */
interface Written {
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
/** As `maxBytes` where nothing is said. */
const MAX_UNCONFIRMED_BYTES = 64 * 2 ** 20
/** Frames and bytes taken in, after which they are confirmed even if there is nothing else to send. */
const CONFIRM_EVERY = 4096
const CONFIRM_EVERY_BYTES = 4 * 2 ** 20
const LENGTH_BYTES = 4

export interface PortLinkOptions {
  readonly port: PairPort
  readonly text: TextBytes
  /** The other end is in another process. */
  readonly apart: boolean
  /** Bytes on their way, beyond which the link is full. */
  readonly maxBytes?: number
}

export class PortLink implements Link {
  readonly #port: PairPort
  readonly #text: TextBytes
  readonly #apart: boolean
  readonly #maxBytes: number
  readonly #listener: LinkListener
  readonly #writer: ByteWriter
  readonly #outgoing: OutgoingAttachments
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
  #nested: Written[] | null = null

  constructor({ port, text, apart, maxBytes = MAX_UNCONFIRMED_BYTES }: PortLinkOptions, listener: LinkListener) {
    this.#maxBytes = maxBytes
    this.#port = port
    this.#text = text
    this.#apart = apart
    this.#listener = listener
    this.#writer = new ByteWriter(text)
    this.#outgoing = new OutgoingAttachments(true, apart)
    this.#frame = { bytes: this.#writer, attachments: this.#outgoing }
    port.on('message', (batch) => this.#take(batch as Batch))
    port.on('close', () => this.#ended())
    port.unref()
  }

  get full(): boolean {
    const bytes = this.#sentBytes + this.#writer.length - this.#confirmedBytes
    return this.#sent + this.#frames - this.#confirmed >= MAX_UNCONFIRMED || bytes >= this.#maxBytes
  }

  get sent(): number {
    return this.#sent + this.#frames
  }

  send(write: (frame: FrameWriter) => void): void {
    if (this.#closed) return
    if (this.#nested !== null) return this.#writeNested(write, this.#nested)
    const nested: Written[] = []
    this.#nested = nested
    try {
      this.#sendNow(write)
    } finally {
      this.#nested = null
      for (const frame of nested) this.#sendWritten(frame)
    }
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

  #sendNow(write: (frame: FrameWriter) => void): void {
    const before = { bytes: this.#writer.mark(), frames: this.#frames, attachments: this.#outgoing.objects.length }
    this.#append(write, before)
    if (this.#outgoing.movesFrom(before.attachments)) this.#sendApart(before)
  }

  #append(write: (frame: FrameWriter) => void, before: Position): void {
    this.#writer.u32(0)
    try {
      write(this.#frame)
    } catch (error) {
      this.#writer.rewind(before.bytes)
      this.#outgoing.objects.length = before.attachments
      throw error
    }
    this.#writer.patchU32(before.bytes, this.#writer.length - before.bytes - LENGTH_BYTES)
    this.#frames++
  }

  /** What it moves is moved at once: it must not fail once its sender has gone on. */
  #writeNested(write: (frame: FrameWriter) => void, nested: Written[]): void {
    const bytes = new ByteWriter(this.#text)
    const beside = new OutgoingAttachments(true, this.#apart)
    bytes.u32(0)
    write({ bytes, attachments: beside })
    bytes.patchU32(0, bytes.length - LENGTH_BYTES)
    nested.push({ bytes: bytes.take(), attachments: moveBeside(beside.take()) })
  }

  #sendWritten({ bytes, attachments }: Written): void {
    if (attachments.length === 0) {
      this.#writer.bytes(bytes)
      this.#frames++
      return
    }
    if (this.#frames > 0) this.#post(this.#writer.take(), this.#outgoing.take(), this.#frames)
    this.#post(bytes, attachments, 1)
  }

  /** What moves something leaves by itself: a port that cannot be moved, since it has been before, fails its own message only. */
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
      this.#port.postMessage(batch, [bytes.buffer, ...attachments.filter(isMovable)])
    } catch (error) {
      throw unmovable(error)
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
    this.#receivedBytes += batch.bytes.length
    const met = new FailuresMet()
    this.#handOn(batch, met)
    this.flush()
    met.rethrow()
  }

  #handOn({ bytes, attachments }: Batch, met: FailuresMet): void {
    const incoming = new IncomingAttachments(attachments)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let at = 0; at < bytes.length && !this.#closed; ) {
      const length = view.getUint32(at, true)
      const start = at + LENGTH_BYTES
      at = start + length
      this.#received++
      try {
        this.#listener.onFrame({ bytes: new ByteReader(this.#text, bytes, start, at), attachments: incoming })
      } catch (error) {
        met.add(error)
      }
    }
  }

  #ended(): void {
    this.#closed = true
    this.#listener.onClosed()
  }
}
