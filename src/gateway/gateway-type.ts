import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Authorise } from './authorising.js'
import type { Listening } from './http/node-server.js'
import type { Protocol } from './protocol.js'

/** How a gateway is to be. */
export interface GatewayOptions {
  /** Decides who may call, for all mounts. Without it everybody may who can reach the gateway. */
  readonly authorise?: Authorise
  /** Origins of the pages that may ask, such as `'https://app.example.org'`; a page of any other is refused. None by default. */
  readonly cors?: readonly string[]
  /**
   * Names by which the gateway may be asked on loopback besides `localhost` and loopback addresses: behind a proxy that passes them on, and where
   * `fetch` is not told who asks.
   */
  readonly hosts?: readonly string[]
  /** What is sent with the refusal of `authorise` as `www-authenticate`; `'Bearer'` by default. */
  readonly challenge?: string
  /** The deadline of calls whose method has none in a contract, in milliseconds; 5000 by default. */
  readonly timeoutMs?: number
  readonly limits?: GatewayLimits
}

/** What callers may take. */
export interface GatewayLimits {
  /** Of one request; 1 MiB by default. */
  readonly maxBodyBytes?: number
  /** Of the bodies of all requests that are being answered, calls and streams of live clients among them; 256 MiB by default. */
  readonly maxHeldBytes?: number
  /** Calls in one request; 100 by default. */
  readonly maxBatch?: number
  /** Calls at a time, all callers together, calls and streams of live clients among them; 10 000 by default. */
  readonly maxPending?: number
  /** Connections to what `listen` opened; 10 000 by default. */
  readonly maxConnections?: number
  /** Connections of live clients of all mounts, and sessions of server-sent events; 10 000 by default. */
  readonly maxLiveConnections?: number
  /** Bytes that may wait, or be kept, for all live clients together; beyond it those for whom most is are dropped. 256 MiB by default. */
  readonly maxLiveQueueBytes?: number
  /** Subscriptions and watches of all live clients at a time; 100 000 by default. */
  readonly maxSubscriptions?: number
}

/** Where to listen. */
export interface ListenOptions {
  /** 0 takes any that is free. */
  readonly port: number
  /** `'127.0.0.1'` by default. */
  readonly host?: string
  /** Lets it listen beyond this machine without `authorise`. */
  readonly insecure?: boolean
}

/** How a gateway is closed. */
export interface GatewayCloseOptions {
  /** How long pending calls may go on, in milliseconds; 10 000 by default. */
  readonly drainMs?: number
}

/** What a server may tell about a request, besides the request. */
export interface RequestFacts {
  /**
   * Who asks, as the connection tells and no header does: methods find it in `self.request.properties`. Without it, and from this machine, the host of
   * the URL must be this machine or in `hosts`.
   */
  readonly remoteAddress?: string
}

/**
 * Services of a system over HTTP. It finds and calls what the system can, in other threads and processes too.
 *
 * - **Ownership**: it ends with its system, before the actors do; `close` or `await using` ends it sooner, a second time does nothing.
 */
export interface Gateway extends AsyncDisposable {
  /**
   * Offers services below a path. Of mounts whose path is a prefix of a request's, the longest has it. Several protocols on one path
   * are told apart by the content type of the request.
   *
   * @throws TypeError
   */
  mount(path: string, ...protocols: readonly Protocol[]): void
  /**
   * Opens an HTTP server. A port alone is for this machine only.
   *
   * - **Errors**: rejects when it cannot listen there, and beyond this machine without `authorise` or `insecure`.
   */
  listen(at: number | ListenOptions): Promise<Listening>
  /** Answers a request of a server that speaks fetch, such as Hono; never rejects. */
  readonly fetch: (request: Request, facts?: RequestFacts) => Promise<Response>
  /** Answers a request of `node:http`, or of what is built on it, such as Express; what is below no mount goes to `next`, if there is one. */
  readonly handler: (req: IncomingMessage, res: ServerResponse, next?: (error?: unknown) => void) => void
  /**
   * Takes a request to upgrade of a server of one's own: `server.on('upgrade', gateway.upgrade)`; what `listen` opened does so itself. Only WebSockets
   * of live mounts are upgraded; another request below a mount goes back to its server, to be answered as if it offered nothing. False when nothing
   * is mounted where it asks, and for those others from Node 24.9 on, where servers have `shouldUpgradeCallback`; it is untouched then.
   */
  readonly upgrade: (req: IncomingMessage, socket: Duplex, head: Buffer) => boolean
  /**
   * Takes no more requests, lets pending calls end, then closes what `listen` opened.
   *
   * - **Delivery**: what was taken is answered; calls that go on for longer than `drainMs` are aborted, and answered so.
   */
  close(options?: GatewayCloseOptions): Promise<void>
}
