import type { ByteReader } from '../../codec/byte-reader.js'
import type { ByteWriter } from '../../codec/byte-writer.js'
import type { Attachments } from '../../codec/references.js'

/** What one frame is written with. */
export interface FrameWriter {
  readonly bytes: ByteWriter
  /** `objects` are those that frames have added so far. */
  readonly attachments: Attachments & { readonly objects: readonly object[] }
}

/** What one frame is read with. */
export interface FrameReader {
  readonly bytes: ByteReader
  readonly attachments: Attachments
}

export interface LinkListener {
  onFrame(frame: FrameReader): void
  /** The link was full and is not any more. */
  onRoom(): void
  /** The other thread has ended; everything it sent before has been handed on. Told once. */
  onClosed(): void
}

/**
 * The way to one other thread.
 *
 * - **Ordering**: frames arrive in the order in which they were sent, each exactly once while both threads live.
 * - **Back-pressure**: `full` while too much is on its way; what is sent all the same is still carried (answers must be).
 */
export interface Link {
  readonly full: boolean
  /** Frames sent so far, those that wait for the flush included. */
  readonly sent: number
  /**
   * Appends a frame to what leaves with the next flush; when `write` throws nothing is appended. A frame sent while another
   * is being written goes behind it.
   *
   * @throws UnsendableError when it holds something that cannot be moved
   */
  send(write: (frame: FrameWriter) => void): void
  flush(): void
  close(): void
}
