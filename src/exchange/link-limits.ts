import type { PlaceTerms } from '../base/ids.js'
import type { ExchangeLimits } from './exchange-options.js'
import type { LinkLimits } from './links/link-session.js'

const LINK_LIMITS: LinkLimits = {
  handshakeMs: 2000,
  leaseMs: 6000,
  beatMs: 1500,
  maxFrameBytes: 2 ** 20,
  maxQueueBytes: 16 * 2 ** 20,
  maxBacklogBytes: 256 * 2 ** 10,
  maxControlBytes: 64 * 2 ** 20,
}
const TERMS: PlaceTerms = { maxMessageBytes: 16 * 2 ** 20, maxRequests: 20_000, maxSubscriptions: 10_000 }
/** Of a message, for the addresses of its pieces. */
const ADDRESS_SHARE = 1 / 16
const LEAST_ADDRESS_BYTES = 4096

/** What the links of an exchange may take, and the threads of the processes behind them. */
export interface AllLimits {
  readonly links: LinkLimits
  readonly terms: PlaceTerms
}

/**
 * All limits, where some are given. The longest message that may be sent has room on a link on which nothing waits.
 *
 * @throws TypeError where `maxQueueBytes` is given and leaves it none
 */
export function allLimits({ maxMessageBytes, maxRequests, maxSubscriptions, ...given }: ExchangeLimits): AllLimits {
  const terms = { ...TERMS, ...whereGiven({ maxMessageBytes, maxRequests, maxSubscriptions }) }
  const leastBytes = Math.ceil(terms.maxMessageBytes * (1 + ADDRESS_SHARE)) + LEAST_ADDRESS_BYTES
  const { maxQueueBytes = Math.max(LINK_LIMITS.maxQueueBytes, leastBytes) } = given
  if (maxQueueBytes >= leastBytes) return { terms, links: { ...LINK_LIMITS, ...whereGiven(given), maxQueueBytes } }
  const why = `a message of ${terms.maxMessageBytes} bytes would never leave`
  throw new TypeError(
    `createExchange(): limits.maxQueueBytes is ${maxQueueBytes}, and ${why}; give ${leastBytes} or more, or a lower limits.maxMessageBytes`,
  )
}

/** What was given of some options. */
export function whereGiven<T extends object>(options: { readonly [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>
}
