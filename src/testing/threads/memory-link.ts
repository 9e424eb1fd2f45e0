import type { TextBytes } from '../../base/world.js'
import { ByteReader } from '../../codec/byte-reader.js'
import { ByteWriter } from '../../codec/byte-writer.js'
import { IncomingAttachments, moveBeside, OutgoingAttachments } from '../../runtime/links/attachments.js'
import type { FrameWriter, Link, LinkListener } from '../../runtime/links/link.js'
import type { MemoryChannel } from './memory-network.js'

interface Frame {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly attachments: readonly object[]
}

/** What a link in memory is made of. */
export interface MemoryLinkParts {
  readonly text: TextBytes
  readonly outgoing: MemoryChannel
  readonly incoming: MemoryChannel
  /** Frames on their way, beyond which the link is full. */
  readonly capacity: number
}

/** One end of a link in memory: what it sends is encoded at once, waits for the flush, then travels frame by frame. */
export class MemoryLink implements Link {
  readonly #text: TextBytes
  readonly #outgoing: MemoryChannel
  readonly #incoming: MemoryChannel
  readonly #capacity: number
  readonly #waiting: Frame[] = []
  /** Frames that were sent while another was being written. */
  #nested: Frame[] | null = null
  #listener: LinkListener | null = null
  #away = 0
  #closed = false
  sent = 0
  other!: MemoryLink

  constructor({ text, outgoing, incoming, capacity }: MemoryLinkParts) {
    this.#text = text
    this.#outgoing = outgoing
    this.#incoming = incoming
    this.#capacity = capacity
  }

  /** From here on what the other end sends arrives. */
  open(listener: LinkListener): this {
    this.#listener = listener
    this.#incoming.open()
    return this
  }

  get full(): boolean {
    return this.#waiting.length + this.#away >= this.#capacity
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
    for (const frame of this.#waiting.splice(0)) {
      this.#away++
      this.#outgoing.post(() => this.#arrived(frame))
    }
  }

  close(): void {
    if (this.#closed) return
    this.flush()
    this.die(Number.POSITIVE_INFINITY)
  }

  /** Its thread is gone: of what is on its way the first `kept` frames still arrive, of what waits for the flush none. */
  die(kept: number): void {
    this.#closed = true
    this.#waiting.length = 0
    this.#incoming.close()
    this.#outgoing.end(kept, () => this.other.#ended())
  }

  #arrived(frame: Frame): void {
    const wasFull = this.full
    this.#away--
    this.other.#take(frame)
    if (wasFull && !this.full && !this.#closed) this.#listener?.onRoom()
  }

  #take({ bytes, attachments }: Frame): void {
    const reader = new ByteReader(this.#text, bytes, 0, bytes.length)
    this.#listener?.onFrame({ bytes: reader, attachments: new IncomingAttachments(attachments) })
  }

  #ended(): void {
    this.#closed = true
    this.#listener?.onClosed()
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
