/** A connection to a client, whatever it is made of. */
export interface Wire {
  /** Bytes that have not left yet. */
  readonly bufferedBytes: number
  /** Calls back when it has left, or never will. */
  send(text: string, sent: () => void): void
  /** Says why it ends, behind all that was sent before; ends within a second, whatever the client does. */
  close(code: number, reason: string): void
  /** Ends at once, and frees what has not left. */
  drop(): void
}
