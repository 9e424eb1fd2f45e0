import type { MessagePort } from 'node:worker_threads'
import { Deque } from '../../../base/deque.js'
import type { TextBytes } from '../../../base/world.js'
import { ByteWriter } from '../../../codec/byte-writer.js'
import { isMovable, moveBeside, OutgoingAttachments, unmovable } from '../attachments.js'
import type { FrameWriter } from '../link.js'
import { bytesOfRing, FIRST_CAPACITY, LAST_CAPACITY, MAX_RECORD_BYTES, MOVED, newRing, numberAfter, POSTED } from './layout.js'
import { BELL, type PortMessage, type Waiting } from './port-message.js'
import type { RingRoom } from './ring-room.js'
import { RingWriter } from './ring-writer.js'

export interface OutgoingOptions {
  readonly port: MessagePort
  readonly text: TextBytes
  readonly room: RingRoom
  /** Whether the other thread must be rung for. */
  readonly mustRing: () => boolean
}

/** Frames and bytes that wait for room, and bytes of posted frames that were not taken, beyond which the link is full. */
const MAX_WAITING = 65_536
const MAX_WAITING_BYTES = 64 * 2 ** 20
const MAX_POSTED_BYTES = 64 * 2 ** 20

interface Written {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly attachments: readonly object[]
}

/** The direction of a link that leads away: frames are written into the ring, beside it when they are large or take something along. */
export class Outgoing {
  readonly #options: OutgoingOptions
  readonly #writer: ByteWriter
  readonly #beside = new OutgoingAttachments(true)
  readonly #frame: FrameWriter
  readonly #waiting = new Deque<Waiting>()
  #waitingBytes = 0
  #ring: RingWriter | null = null
  #posted = 0
  #postedBytes = 0
  #isWriting = false
  /** Frames that were sent while another was being written, by a getter in what it sends. */
  #nested: Written[] | null = null
  sent = 0

  constructor(options: OutgoingOptions) {
    this.#options = options
    this.#writer = new ByteWriter(options.text)
    this.#frame = { bytes: this.#writer, attachments: this.#beside }
  }

  get full(): boolean {
    return this.#waiting.length >= MAX_WAITING || this.#waitingBytes >= MAX_WAITING_BYTES || this.#postedBytes >= MAX_POSTED_BYTES
  }

  /** @throws UnsendableError when it holds something that cannot be moved, and what `write` throws; then nothing is sent */
  send(write: (frame: FrameWriter) => void): void {
    if (this.#isWriting) return this.#writeNested(write)
    this.#isWriting = true
    try {
      this.#write(write)
    } finally {
      this.#isWriting = false
      if (this.#nested !== null) this.#sendNested(this.#nested)
    }
  }

  /** What waits goes into the ring as far as there is room; for the rest the other side rings. */
  relieve(): void {
    while (this.#waiting.length > 0) {
      const next = this.#waiting.first as Waiting
      if (this.#put(next)) {
        this.#waiting.shift()
        this.#waitingBytes -= sizeOf(next)
      } else if (!this.#grow() && this.#theRing.awaitRoom()) return
    }
  }

  /** The other side has taken posted frames. */
  taken(bytes: number): void {
    this.#postedBytes -= bytes
  }

  /** What still waits goes over the port. */
  close(): void {
    const frames = [...this.#takeWaiting()]
    if (frames.length > 0) this.#say({ kind: 'rest', frames })
    this.ended()
  }

  /** Nothing of the ring is needed any more. */
  ended(): void {
    if (this.#ring !== null) this.#options.room.give(bytesOfRing(this.#ring.capacity) - bytesOfRing(FIRST_CAPACITY))
    this.#ring = null
    for (const _ of this.#takeWaiting());
  }

  *#takeWaiting(): Iterable<Waiting> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) yield next
    this.#waitingBytes = 0
  }

  #write(write: (frame: FrameWriter) => void): void {
    const writer = this.#writer
    const ring = this.#theRing
    if (this.#waiting.length > 0 || !ring.begin(writer)) writer.reset()
    try {
      write(this.#frame)
    } catch (error) {
      writer.reset()
      this.#beside.objects.length = 0
      throw error
    }
    if (this.#beside.objects.length > 0) this.#post(writer.take(), this.#beside.take())
    else if (writer.borrows) {
      ring.commit(writer.length)
      this.#published()
    } else this.#place(writer.take())
    this.sent++
  }

  /** What it moves is moved at once: it must not fail once its sender has gone on. */
  #writeNested(write: (frame: FrameWriter) => void): void {
    const bytes = new ByteWriter(this.#options.text)
    const beside = new OutgoingAttachments(true)
    write({ bytes, attachments: beside })
    this.#nested ??= []
    this.#nested.push({ bytes: bytes.take(), attachments: moveBeside(beside.take()) })
  }

  #sendNested(nested: readonly Written[]): void {
    this.#nested = null
    for (const { bytes, attachments } of nested) {
      if (attachments.length > 0) this.#post(bytes, attachments)
      else this.#place(bytes)
      this.sent++
    }
  }

  #place(bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.length > MAX_RECORD_BYTES) this.#post(bytes, [])
    else this.#append(bytes)
  }

  #post(bytes: Uint8Array<ArrayBuffer>, attachments: readonly object[]): void {
    const number = numberAfter(this.#posted)
    const size = bytes.length
    try {
      this.#say({ kind: 'frame', number, bytes, attachments }, [bytes.buffer, ...attachments.filter(isMovable)])
    } catch (error) {
      throw unmovable(error)
    }
    this.#posted = number
    this.#postedBytes += size
    this.#append(number)
  }

  #append(one: Waiting): void {
    if (this.#waiting.length === 0 && this.#put(one)) return
    this.#waiting.push(one)
    this.#waitingBytes += sizeOf(one)
    if (this.#waiting.length === 1) this.relieve()
  }

  #put(one: Waiting): boolean {
    const done = typeof one === 'number' ? this.#theRing.mark(POSTED, one) : this.#theRing.put(one)
    if (done) this.#published()
    return done
  }

  #grow(): boolean {
    const ring = this.#theRing
    const capacity = ring.capacity * 2
    const more = bytesOfRing(capacity) - bytesOfRing(ring.capacity)
    if (capacity > LAST_CAPACITY || !this.#options.room.take(more)) return false
    this.#posted = numberAfter(this.#posted)
    this.#open(capacity, this.#posted)
    ring.end(MOVED, this.#posted)
    this.#published()
    return true
  }

  get #theRing(): RingWriter {
    return this.#ring ?? this.#open(FIRST_CAPACITY, 0)
  }

  #open(capacity: number, number: number): RingWriter {
    const ring = newRing(capacity)
    this.#say({ kind: 'ring', number, ring })
    this.#ring = new RingWriter(ring)
    return this.#ring
  }

  /** Something has been published. */
  #published(): void {
    if (this.#options.mustRing()) this.#say(BELL)
  }

  #say(message: PortMessage, transfer: readonly (ArrayBuffer | MessagePort)[] = []): void {
    this.#options.port.postMessage(message, transfer)
  }
}

function sizeOf(one: Waiting): number {
  return typeof one === 'number' ? 0 : one.length
}
