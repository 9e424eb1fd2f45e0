/** What a client has asked for and is not done. */
export interface Deed {
  /** An answer is owed: a gateway that closes waits for it. */
  readonly owes: boolean
  /** The client has room for more. */
  credit(count: number): void
  /** The client wants no more, or has gone. */
  end(): void
}
