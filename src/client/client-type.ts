import type { Agent } from '../actors/agent-type.js'
import type { WebSocketClass } from './link/web-platform.js'

/** What goes with every request. */
export type ClientProperties = Readonly<Record<string, string>>

/** How a client is made. */
export interface LiveClientOptions {
  /**
   * What the gateway is told at each connection. `authorization` is shown to `authorise` as the header of that name; methods find the others in
   * `self.request.properties` where the mount lets them through. A function is asked at each attempt.
   */
  readonly properties?: ClientProperties | (() => ClientProperties | Promise<ClientProperties>)
  /** The deadline of calls that have no other, in milliseconds; 5000 by default. */
  readonly timeoutMs?: number
  /** Waits between attempts to connect: from 200 ms to 10 s by default, each twice the one before, half of it drawn at random. */
  readonly backoff?: { readonly minMs?: number; readonly maxMs?: number }
  /** The class of connections, where the platform has none or another is wanted. */
  readonly WebSocket?: WebSocketClass
}

/** What becomes of the connection of a client. */
export interface ClientConnectionEvent {
  /**
   * - `active`: what the gateway offers is known.
   * - `inactive`: it was active, and has ended; the client connects again.
   * - `failed`: an attempt came to nothing; there will be another.
   * - `refused`: the gateway does not let this client in; it asks again all the same, for `properties` may change.
   * - `closed`: the client has given up: five connections in a row ended, as soon as they were active, because one side did not understand the
   *   other. All that was asked for has failed; another client is needed, most likely of the version of the gateway.
   */
  readonly state: 'active' | 'inactive' | 'failed' | 'refused' | 'closed'
  /** For people. */
  readonly reason: string
}

/** How long to wait for a connection. */
export interface ActiveOptions {
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/**
 * A system as it is seen through a mount of `live()`: its services are found, called and heard as inside.
 *
 * - **Delivery**: at most once, in order. When the connection is lost, what waits for an answer fails at once (`delivered: 'maybe'`), services are
 *   withdrawn as `unreachable`, and streams end. When it is back, services are there again, Remotes work, and subscriptions and watches go on;
 *   reports that were published in between are not made up for, except what is retained.
 * - **Errors**: calls and lookups wait for a connection within their deadlines, then fail with `ServiceUnavailable`. `$.stop()` is refused. A
 *   subscription that the gateway refuses or ends rejects its `ready` and fails who reads it; where it has a listener, and of a watch, the failure
 *   is told as an error that nobody caught (`reportError`, else the console).
 */
export interface LiveClient extends Omit<Agent, 'offload'>, AsyncDisposable {
  readonly state: 'connecting' | 'active' | 'closed'
  /**
   * Resolves when there is a connection.
   *
   * - **Errors**: rejects with `ServiceUnavailable` at the deadline (5 s by default) and when the client is closed, with `RequestAborted` when the
   *   signal aborts.
   */
  active(options?: ActiveOptions): Promise<void>
  /** Tells what becomes of the connection; dispose of the result to stop. */
  on(event: 'connection', listener: (event: ClientConnectionEvent) => unknown): Disposable
  /** Ends it: what waits fails, subscriptions end. A second time does nothing. */
  close(): Promise<void>
}
