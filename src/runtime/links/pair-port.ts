import type { Movable } from './attachments.js'

/** One end of a way between two threads: a port of the platform, or a channel that leads to another process. */
export interface PairPort {
  /**
   * Sends a value; what of it is in `transfer` is gone from here.
   *
   * @throws DataCloneError; then nothing was sent
   */
  postMessage(message: unknown, transfer?: readonly Movable[]): void
  /** `close` is told once, after everything that was sent from the other end. */
  on(event: 'message' | 'close', listener: (message: unknown) => void): unknown
  off(event: 'message', listener: (message: unknown) => void): unknown
  removeAllListeners(event: 'message'): unknown
  /** Lets the process end, whatever may still come. */
  unref(): void
  close(): void
}
