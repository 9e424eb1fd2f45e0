/**
 * The seam to the world: everything that is not a pure function of its input comes in through these ports, so that
 * actors, router and protocols run unchanged under a virtual clock and a seeded random source.
 */

/** Monotonic and wall clock. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back; fractions allowed. */
  now(): number
  /** Milliseconds since the epoch; may jump. */
  wall(): number
}

/** Runs a function later. */
export interface Scheduler {
  /** Runs `run` after `delayMs`; it does not keep the process alive. Returns how to cancel it. */
  timer(delayMs: number, run: () => void): () => void
  /** Runs `run` once the event loop has had a turn. */
  macrotask(run: () => void): void
  /** Runs `run` when the running job ends. */
  microtask(run: () => void): void
}

/** Source of randomness. */
export interface Random {
  /** A number in [0, 1). */
  next(): number
}

/** Text to bytes and back, UTF-8. */
export interface TextBytes {
  /** Writes `text` at `at` and returns the number of bytes written; `bytes` has room for 3 × length. */
  write(text: string, bytes: Uint8Array, at: number): number
  /** Reads the bytes from `start` to `end`; malformed sequences become U+FFFD. */
  read(bytes: Uint8Array, start: number, end: number): string
}

/** Where structured log records go. */
export interface Logger {
  /** What only helps to find defects. */
  debug(message: string, fields?: LogFields): void
  /** What happened as it should. */
  info(message: string, fields?: LogFields): void
  /** What was dealt with, and should not happen often: a `tell` whose method failed. */
  warn(message: string, fields?: LogFields): void
  /** What failed: a restart, the end of a thread. */
  error(message: string, fields?: LogFields): void
}

/** What goes with a record; `error` is what was thrown. */
export type LogFields = Readonly<Record<string, unknown>>

/** A value that goes along with what a function begins, over `await` too. */
export interface AsyncContext {
  /** What the running function was begun with; `undefined` outside. */
  get(): unknown
  run<T>(value: unknown, begin: () => T): T
}

/** All ports of one thread. */
export interface World {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly text: TextBytes
  readonly context: AsyncContext
  readonly log: Logger
  /** Tells whether something here must keep the process alive: pending calls, timers, listeners. */
  hold(active: boolean): void
}
