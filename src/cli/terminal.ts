/** What a command needs of the terminal that it was started from. */
export interface Terminal {
  /** A line for whoever reads what the program puts out. */
  readonly print: (line: string) => void
  /** A line about what went wrong. */
  readonly complain: (line: string) => void
  /** The time of day (ISO 8601), for lines that programs read. */
  readonly time: () => string
}
