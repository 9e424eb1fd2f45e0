import type { Mail } from '../../actors/kernel/ports.js'
import type { TextBytes } from '../../base/world.js'
import { ByteWriter } from '../../codec/byte-writer.js'
import type { PairPort } from '../links/pair-port.js'
import type { Batch } from '../links/port-link.js'
import { HEAD_BYTES, readMail, writeMailHead } from './mail.js'

type Listener = (message: unknown) => void

export interface MailPortOptions {
  readonly text: TextBytes
  /** Higher than that of any earlier port of this thread to the same. */
  readonly epoch: number
  readonly post: (mail: Omit<Mail, 'to'>) => void
}

/**
 * What became of mail: it was taken in, it is from before, the other side has begun again, or something is missing before it. A port does not
 * outlive the latter two.
 */
export type Arrival = 'taken' | 'stale' | 'renewed' | 'gap'

/** This end of the way to a thread of another process. What it is given leaves as mail; mail that arrives is handed to it. */
export class MailPort implements PairPort {
  readonly #options: MailPortOptions
  readonly #head: ByteWriter
  /** Of the other side; 0 while nothing has come. */
  #theirs = 0
  #sent = 0
  #heard = 0
  #onMessage: Listener | null = null
  #onClose: Listener | null = null
  #isClosed = false

  constructor(options: MailPortOptions) {
    this.#options = options
    this.#head = new ByteWriter(options.text, HEAD_BYTES)
  }

  postMessage(message: unknown): void {
    if (this.#isClosed) return
    const { epoch, post } = this.#options
    const batch = message as Batch
    post({ head: writeMailHead(this.#head, { sender: epoch, receiver: this.#theirs, number: ++this.#sent }, batch), bytes: batch.bytes })
  }

  on(event: 'message' | 'close', listener: Listener): void {
    if (event === 'message') this.#onMessage = listener
    else this.#onClose = listener
  }

  off(): void {
    this.#onMessage = null
  }

  removeAllListeners(): void {
    this.#onMessage = null
  }

  unref(): void {
    // Mail keeps nothing open.
  }

  close(): void {
    this.#isClosed = true
  }

  /** @throws DecodeError */
  arrived(mail: Omit<Mail, 'to'>): Arrival {
    const { sender, receiver, number, batch } = readMail(mail, this.#options.text)
    if (sender < this.#theirs) return 'stale'
    if (this.#theirs !== 0 && sender > this.#theirs) return 'renewed'
    if (receiver !== 0 && receiver !== this.#options.epoch) {
      // It speaks to a port that is over.
      this.greet()
      return 'stale'
    }
    if (number !== this.#heard + 1) return 'gap'
    this.#theirs = sender
    this.#heard = number
    if (!this.#isClosed) this.#onMessage?.(batch)
    return 'taken'
  }

  /** Tells the other side of this port, by mail with nothing in it. */
  greet(): void {
    this.postMessage({ received: 0, receivedBytes: 0, bytes: new Uint8Array(0), attachments: [] } satisfies Batch)
  }

  /** Nothing leads there any more. */
  cutOff(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#onClose?.(undefined)
  }
}
