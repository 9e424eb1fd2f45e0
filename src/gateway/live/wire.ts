/** A connection to a client, whatever it is made of. */
export interface Wire {
  /** Bytes that have not left yet. */
  readonly bufferedBytes: number
  /** Calls back when it has left, or never will. */
  send(text: string, sent: () => void): void
  close(code: number, reason: string): void
}
