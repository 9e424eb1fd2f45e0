/** The way between two simulated threads: real frames, encoded into bytes, which arrive when the network hands them on. */

import type { TextBytes } from '../base/world.js'
import { ByteReader } from '../codec/byte-reader.js'
import { ByteWriter } from '../codec/byte-writer.js'
import { IncomingAttachments, moveBeside, OutgoingAttachments } from '../runtime/links/attachments.js'
import type { FrameWriter, Link, LinkListener } from '../runtime/links/link.js'

interface Frame {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly attachments: readonly object[]
}

/** One end of a pair. What it sends waits for the flush, then travels; the other end takes it, one frame at a time. */
export class MemoryLink implements Link {
  readonly #text: TextBytes
  readonly #listener: LinkListener
  readonly #capacity: number
  readonly #waiting: Frame[] = []
  readonly #away: Frame[] = []
  /** Frames that were sent while another was being written. */
  #nested: Frame[] | null = null
  #closed = false
  #ended = false
  sent = 0
  other!: MemoryLink

  constructor(text: TextBytes, listener: LinkListener, capacity: number) {
    this.#text = text
    this.#listener = listener
    this.#capacity = capacity
  }

  get full(): boolean {
    return this.#waiting.length + this.#away.length >= this.#capacity
  }

  /** Nothing of this end is on its way, or waits to be. */
  get quiet(): boolean {
    return this.#waiting.length === 0 && this.#away.length === 0 && (!this.#closed || this.other.#ended || this.other.#closed)
  }

  send(write: (frame: FrameWriter) => void): void {
    if (this.#closed) return
    if (this.#nested !== null) return void this.#nested.push(this.#encode(write))
    const nested: Frame[] = []
    this.#nested = nested
    try {
      this.#append(this.#encode(write))
    } finally {
      this.#nested = null
      for (const frame of nested) this.#append(frame)
    }
  }

  flush(): void {
    this.#away.push(...this.#waiting.splice(0))
  }

  close(): void {
    this.flush()
    this.#closed = true
  }

  /** Its thread dies: of what is on its way the first `kept` frames still arrive, of what waits for the flush none. */
  die(kept: number): void {
    this.#closed = true
    this.#waiting.length = 0
    this.#away.length = Math.min(this.#away.length, kept)
  }

  /** The frames on their way. */
  get travelling(): number {
    return this.#away.length
  }

  /** Hands the oldest frame to the other end, or, when this end is closed and nothing is left, its end. */
  deliver(): void {
    const { other } = this
    const wasFull = this.full
    const frame = this.#away.shift()
    if (other.#closed || other.#ended) return
    if (frame !== undefined) other.#take(frame)
    else if (this.#closed) other.#end()
    if (wasFull && !this.full && !this.#closed) this.#listener.onRoom()
  }

  #take({ bytes, attachments }: Frame): void {
    const reader = new ByteReader(this.#text, bytes, 0, bytes.length)
    this.#listener.onFrame({ bytes: reader, attachments: new IncomingAttachments(attachments) })
  }

  #end(): void {
    this.#ended = true
    this.#closed = true
    this.#listener.onClosed()
  }

  #append(frame: Frame): void {
    this.#waiting.push(frame)
    this.sent++
  }

  #encode(write: (frame: FrameWriter) => void): Frame {
    const bytes = new ByteWriter(this.#text)
    const attachments = new OutgoingAttachments(true)
    write({ bytes, attachments })
    return { bytes: bytes.take(), attachments: moveBeside(attachments.take()) }
  }
}
