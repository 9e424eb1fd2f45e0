import type { Address } from './address.js'

/**
 * One connection to another process.
 *
 * - **Ordering**: bytes arrive in the order in which they were written, however cut.
 * - **Back-pressure**: none of its own; `backlogBytes` tells what has not left.
 */
export interface Wire {
  readonly localAddress: string
  readonly remoteAddress: string
  /** Bytes written that the network has not taken yet. */
  readonly backlogBytes: number
  /** The bytes belong to the wire from here on. Nothing happens once it has ended. */
  write(bytes: Uint8Array): void
  /** Closes when what was written has left. */
  end(): void
  /** Closes at once. */
  destroy(): void
}

/** Who hears a wire. */
export interface WireListener {
  /** Bytes have arrived; they are valid during the call only. */
  onBytes(bytes: Uint8Array): void
  /** There was a backlog, and there is none now. */
  onDrained(): void
  /** It has closed, whoever closed it; told once, and nothing afterwards. */
  onClosed(error: Error | undefined): void
}

export type OnWire = (wire: Wire) => WireListener

/** A place where others can connect. */
export interface Listening {
  /** With the port that was chosen when 0 was asked for. */
  readonly address: Address
  /** Takes no more connections; those that stand go on. */
  close(): Promise<void>
}

/** Who hears what becomes of an attempt to connect; one of the two, once. */
export interface ConnectListener {
  readonly onWire: OnWire
  readonly onFailed: (error: Error) => void
}

/** A way to reach other processes. */
export interface Transport {
  /** Returns how to give the attempt up, after which nothing is told. */
  connect(address: Address, listener: ConnectListener): () => void
  /** Rejects when it cannot be listened there. */
  listen(address: Address, onWire: OnWire): Promise<Listening>
}
