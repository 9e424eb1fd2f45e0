import type { CloseOptions, ConnectOptions } from './exchange-options.js'
import type { ConnectionEvent } from './peers/connection-event.js'
import type { AddressLike } from './transports/address.js'

/** How long to wait for a link. */
export interface ActiveOptions {
  /** Default: no limit. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** A connection that an exchange keeps up. It keeps the process alive until it is closed. */
export interface Link extends AsyncDisposable {
  /** Where it leads. */
  readonly address: string
  /**
   * `pending` while it is being connected, the first time or again. Two processes have one link: where there is another it is `active`
   * as long as that is.
   */
  readonly state: 'pending' | 'active' | 'closed'
  /**
   * Resolves when the link is active: what the process at the other end has to offer is known here.
   *
   * - **Errors**: rejects when the time is over, with `RequestTimeout`, and when the link is closed or was the only attempt, with the reason.
   */
  active(options?: ActiveOptions): Promise<void>
  /** Ends the link, once what was sent over it has left, and does not connect again. Resolves when it has ended. */
  close(options?: CloseOptions): Promise<void>
}

/** Where an exchange listens. */
export interface ListenResult {
  readonly address: string
  /** 0 where addresses have none. */
  readonly port: number
}

/** The figures of one active link. */
export interface LinkStats {
  /** Id of the process it leads to, and what that is in the exchange group. */
  readonly process: string
  readonly role: 'server' | 'client'
  readonly remoteAddress: string
  /** What has been given to the link and has not left. */
  readonly waitingBytes: number
  /** Messages that found no room on it. */
  readonly noRoom: number
}

/** The figures of an exchange; those that count begin with it. */
export interface ExchangeStats {
  readonly links: readonly LinkStats[]
  /** Connections that others have opened and that are in handshake. */
  readonly pending: number
  /** Connections that were hung up on without a word, for there were too many. */
  readonly turnedAway: number
  /** What links said that they may not say, and that was not taken in. */
  readonly unpermitted: number
  /** What could not be read, each of which has ended its link. */
  readonly garbled: number
}

/** One exchange of a system, for one exchange group. */
export interface Exchange extends AsyncDisposable {
  readonly group: string
  /**
   * Accepts connections. A port alone, or without host, is for processes of this machine.
   *
   * - **Errors**: rejects when it cannot be listened there, and beyond this machine without `secret` or `insecure`.
   */
  listen(at: AddressLike): Promise<ListenResult>
  /**
   * Keeps up a connection to an exchange that listens.
   *
   * @throws TypeError
   */
  connect(to: AddressLike, options?: ConnectOptions): Link
  /** Tells what becomes of connections; dispose of the result to stop. */
  on(event: 'connection', listener: (event: ConnectionEvent) => void): Disposable
  /** Those that `connect` has made and nobody has closed. */
  links(): readonly Link[]
  /** Its figures at this moment. */
  stats(): ExchangeStats
  /** Stops listening and ends all links, once what was sent over them has left. Resolves when all have ended. */
  close(options?: CloseOptions): Promise<void>
}
