import { z } from 'zod'
import { between, checked, either, flag, MAX_MS, name, oneOf, optionObject, whole } from '../actors/option-schema.js'
import type { PeerFacts } from './peers/connections.js'
import type { Answer } from './peers/permission.js'
import type { Transport } from './transports/transport.js'

/** How an exchange is to be. */
export interface ExchangeOptions {
  /** A server accepts connections, and hands on what its clients and other servers send each other; a client does neither. */
  readonly role: 'server' | 'client'
  /** Processes talk only within one exchange group. Default `''`. */
  readonly group?: string
  /** What both sides must know; while it is being replaced, `[new, old]`. Never sent, never logged. */
  readonly secret?: string | readonly string[]
  /**
   * Asked of every process that connects, or is connected to; no answer within 2 s is a refusal, which the other side hears. `{ bridge }` is
   * yes, and says whether it may, as a client, speak for processes behind it in other exchange groups: by default with a secret or on this machine.
   */
  readonly authorise?: (peer: PeerFacts) => Answer | Promise<Answer>
  /** Lets it listen beyond this machine without a secret. */
  readonly insecure?: boolean
  readonly limits?: ExchangeLimits
  /** What carries bytes; default are sockets. `troupe/testing` has others. */
  readonly transport?: Transport
}

/** What links may take. */
export interface ExchangeLimits {
  /** Of one frame; a link over which a longer one is announced ends. Default 1 MiB. */
  readonly maxFrameBytes?: number
  /** Of what waits for one link, beyond which the process behind it counts as lost for whoever sends. Default 17 MiB; at least what the longest message takes. */
  readonly maxQueueBytes?: number
  /** Of one value: arguments, a result, a report. A longer one is refused where it is sent. Default 16 MiB, at most 60 MiB. */
  readonly maxMessageBytes?: number
  /** Requests of one thread of another process that run or wait here; those beyond fail with `MailboxFull`. Default 20 000. */
  readonly maxRequests?: number
  /** Subscriptions of one thread of another process to actors of one thread here; those beyond are not taken, and a log record says so. Default 10 000. */
  readonly maxSubscriptions?: number
}

/** How to end a link. */
export interface CloseOptions {
  /** How long what was sent over it may take to leave, in milliseconds. Default 1000; 0 is at once. */
  readonly drainMs?: number
}

/** How a connection is to be kept up. */
export interface ConnectOptions {
  /** Milliseconds between an attempt that failed, or the loss of a link, and the next attempt; `false` is one attempt. Default 5000. */
  readonly retryDelayMs?: number | false
  /** After each attempt that fails the delay doubles, up to this. Default: it stays as it is. */
  readonly maxRetryDelayMs?: number
  /** Up to this share, 0 to 1, a delay is made longer or shorter at random, so that many do not come at once. Default 0. */
  readonly retryJitter?: number
}

/** A piece of mail, with as many destinations as there may be. */
const LEAST_FRAME_BYTES = 2 ** 18
const MOST_BYTES = 2 ** 30
/** Of which all pieces can be kept where it is put together (bridge/piece-table.ts). */
const LONGEST_MESSAGE_BYTES = 60 * 2 ** 20
const MOST_COUNT = 2 ** 30
const LONGEST_RETRY_MS = 86_400_000

const secretText = z.string().min(1)
const secret = either<string | readonly string[]>('a text that is not empty, or [new, old]', secretText, z.array(secretText).min(1).max(2))

export const exchangeOptions = optionObject<ExchangeOptions>(
  {
    role: oneOf('server', 'client'),
    group: either<string>("the name of a group, or '' for the default group", z.literal(''), name),
    secret,
    authorise: checked('a function', (value) => typeof value === 'function'),
    insecure: flag,
    limits: optionObject<ExchangeLimits>({
      maxFrameBytes: whole(LEAST_FRAME_BYTES, MOST_BYTES),
      maxQueueBytes: whole(1024, MOST_BYTES),
      maxMessageBytes: whole(1024, LONGEST_MESSAGE_BYTES),
      maxRequests: whole(1, MOST_COUNT),
      maxSubscriptions: whole(1, MOST_COUNT),
    }),
    transport: checked('a transport', (value) => typeof value === 'object' && value !== null && 'connect' in value && 'listen' in value),
  },
  ['role'],
)

export const closeOptions = optionObject<CloseOptions>({ drainMs: whole(0, MAX_MS) })

export const connectOptions = optionObject<ConnectOptions>({
  retryDelayMs: either<number | false>(
    `1 to ${LONGEST_RETRY_MS} (milliseconds), or false`,
    z.literal(false),
    z.number().min(1).max(LONGEST_RETRY_MS),
  ),
  maxRetryDelayMs: between(1, LONGEST_RETRY_MS),
  retryJitter: between(0, 1),
})
