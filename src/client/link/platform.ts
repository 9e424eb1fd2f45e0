/** What a client needs of the world, which is a browser, Node, or a test. */
export interface Platform {
  /** Milliseconds since an arbitrary start. */
  now(): number
  /** Runs `run` later. Returns how to cancel it. */
  timer(delayMs: number, run: () => void): () => void
  /** A number in [0, 1). */
  random(): number
  /** Opens a connection; calls back as soon as it is known what became of it, and never before it returns. */
  open(url: string, events: SocketEvents): Socket
  /** Tells of what a listener threw. */
  report(error: unknown): void
}

/** A connection of text messages. */
export interface Socket {
  /** Bytes that have not left yet. */
  readonly bufferedAmount: number
  send(text: string): void
  /** Ends it; `onClose` follows, or has been called. */
  close(code: number): void
}

/** What becomes of a connection; after `onClose` nothing is told any more. */
export interface SocketEvents {
  onOpen(): void
  onMessage(data: unknown): void
  onClose(code: number, reason: string): void
}
