import type { ConnectOptions } from './exchange-options.js'
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
  /** Ends the link, and does not connect again. */
  close(): Promise<void>
}

/** Where an exchange listens. */
export interface ListenResult {
  readonly address: string
  /** 0 where addresses have none. */
  readonly port: number
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
  /** Ends all links and stops listening. Resolves when all have ended. */
  close(): Promise<void>
}
