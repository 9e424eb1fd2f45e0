import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { TextBytes } from '../../../base/world.js'
import { ByteReader } from '../../../codec/byte-reader.js'
import { IncomingAttachments } from '../attachments.js'
import { FailuresMet } from '../failures-met.js'
import type { FrameReader } from '../link.js'
import { FRAME, POSTED, type RingMemory } from './layout.js'
import { BELL, type PortMessage, type Posted, type Waiting } from './port-message.js'
import { type RecordListener, RingReader } from './ring-reader.js'

export interface IncomingOptions {
  readonly port: MessagePort
  readonly text: TextBytes
  readonly onFrame: (frame: FrameReader) => void
  readonly onTaken: (bytes: number) => void
  /** Something was on the port that nobody else hears of, such as a ring for room: it was met while something else was fetched. */
  readonly onMet: () => void
  /** The event loop has waited long enough for what is being read. */
  readonly isLate: () => boolean
}

/** Bytes of posted frames after which the other side is told that they were taken. */
const CONFIRM_BYTES = 4 * 2 ** 20
const EMPTY = new Uint8Array(0)
/** So many bytes, as a power of two, cost as much as it costs to take in a frame without any. */
const COST_SHIFT = 8
/** Frames between two readings of the clock: what one costs to take in differs a hundredfold. */
const FRAMES_A_CLOCK = 16

/** The direction of a link that leads here. */
export class Incoming implements RecordListener {
  readonly #options: IncomingOptions
  /** Posted before its record was read. */
  readonly #posted = new Map<number, Posted | RingMemory>()
  readonly #bytes: ByteReader
  readonly #frame: FrameReader
  #reader: RingReader | null = null
  #takenBytes = 0
  #isClosed = false
  #frames = 0

  constructor(options: IncomingOptions) {
    this.#options = options
    this.#bytes = new ByteReader(options.text, EMPTY)
    this.#frame = { bytes: this.#bytes, attachments: new IncomingAttachments([]) }
  }

  get hasMore(): boolean {
    return !this.#isClosed && this.#reader?.hasMore === true
  }

  read(budget: number): number {
    return this.#isClosed ? 0 : (this.#reader?.read(this, budget) ?? 0)
  }

  /** Everything that has been published; what throws does not keep it from the rest. */
  readAll(): void {
    this.#through(() => this.read(Number.POSITIVE_INFINITY) > 0)
  }

  /** Nothing is handed on any more. */
  close(): void {
    this.#isClosed = true
  }

  onMessage(message: PortMessage): void {
    if (message === BELL) return
    switch (message.kind) {
      case 'ring':
        if (message.number === 0) this.#reader = new RingReader(message.ring)
        else this.#posted.set(message.number, message.ring)
        return
      case 'frame':
        return void this.#posted.set(message.number, message)
      case 'taken':
        return this.#options.onTaken(message.bytes)
      case 'rest':
        return this.#rest(message.frames)
    }
  }

  #rest(frames: readonly Waiting[]): void {
    let at = 0
    this.#through(() => this.read(Number.POSITIVE_INFINITY) > 0 || (at < frames.length && this.#takeRest(frames[at++] as Waiting)))
  }

  /** Takes until nothing is left. */
  #through(takeOne: () => boolean): void {
    const met = new FailuresMet()
    for (let more = true; more; ) {
      try {
        more = takeOne()
      } catch (error) {
        met.add(error)
      }
    }
    met.rethrow()
  }

  onRecord(kind: number, bytes: Uint8Array, at: { readonly start: number; readonly end: number }): number {
    if (kind === FRAME) {
      const size = at.end - at.start
      this.#take(bytes, at)
      return this.#costOf(size)
    }
    this.#bytes.open(bytes, at.start, at.end)
    const number = this.#bytes.u32()
    if (kind === POSTED) return this.#takePosted(number)
    this.#reader = new RingReader(this.#await(number) as RingMemory)
    return Number.POSITIVE_INFINITY
  }

  #takeRest(one: Waiting): boolean {
    if (typeof one === 'number') this.#takePosted(one)
    else this.#take(one, { start: 0, end: one.length })
    return !this.#isClosed
  }

  onRoom(): void {
    this.#options.port.postMessage(BELL)
  }

  #take(bytes: Uint8Array, { start, end }: { readonly start: number; readonly end: number }): void {
    this.#bytes.open(bytes, start, end)
    this.#options.onFrame(this.#frame)
  }

  #takePosted(number: number): number {
    const { bytes, attachments } = this.#await(number) as Posted
    this.#takenBytes += bytes.length
    if (this.#takenBytes >= CONFIRM_BYTES) {
      this.#options.port.postMessage({ kind: 'taken', bytes: this.#takenBytes })
      this.#takenBytes = 0
    }
    this.#options.onFrame({ bytes: new ByteReader(this.#options.text, bytes), attachments: new IncomingAttachments(attachments) })
    return this.#costOf(bytes.length)
  }

  #costOf(sizeBytes: number): number {
    if (this.#isClosed) return Number.POSITIVE_INFINITY
    this.#frames = (this.#frames + 1) % FRAMES_A_CLOCK
    if (this.#frames === 0 && this.#options.isLate()) return Number.POSITIVE_INFINITY
    return 1 + (sizeBytes >>> COST_SHIFT)
  }

  /** What was posted under a number, before the record that names it was published. */
  #await(number: number): Posted | RingMemory {
    for (;;) {
      const found = this.#posted.get(number)
      if (found !== undefined) {
        this.#posted.delete(number)
        return found
      }
      const next = receiveMessageOnPort(this.#options.port) as { readonly message: PortMessage } | undefined
      if (next === undefined) throw new Error(`nothing was posted under number ${number}; this is a defect of troupe`)
      this.onMessage(next.message)
      this.#options.onMet()
    }
  }
}
