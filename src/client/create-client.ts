import { quote } from '../actors/quote.js'
import type { LiveClient, LiveClientOptions } from './client-type.js'
import type { Platform } from './link/platform.js'
import { webPlatform } from './link/web-platform.js'
import { GatewayClient } from './live-client.js'
import { type Rules, readOptions, timeoutRule } from './option-rules.js'
import { readProperties } from './services/call-options.js'

const DEFAULT_TIMEOUT_MS = 5000
const MAX_MS = 2 ** 31 - 1
const BACKOFF = { minMs: 200, maxMs: 10_000, factor: 2, jitter: 0.5 } as const

const isDelay = (value: unknown): boolean => value === undefined || (typeof value === 'number' && value >= 0 && value <= MAX_MS)
const isBackoff = ({ minMs, maxMs, ...rest }: Fields): boolean => isDelay(minMs) && isDelay(maxMs) && Object.keys(rest).length === 0

type Fields = Readonly<Record<string, unknown>>

const RULES: Rules = {
  properties: ['an object of strings, or a function that returns one', (value) => typeof value === 'object' || typeof value === 'function'],
  timeoutMs: timeoutRule,
  backoff: [
    `{ minMs, maxMs }, each from 0 to ${MAX_MS}`,
    (value) => typeof value === 'object' && value !== null && isBackoff(value as Fields),
  ],
  WebSocket: ['a class', (value) => typeof value === 'function'],
}

/**
 * A client of a mount of `live()`, in a browser or in Node: it finds, calls and hears services as a system does. It is there at once, connects, and
 * connects again.
 *
 * - **Ownership**: ends with `close` or `await using`; it keeps Node alive until then.
 * - **Errors**: TypeError for a wrong URL or option, which it names.
 *
 * @example
 * ```ts
 * const client = createClient('wss://app.example.org/live')
 * const math = await client.lookup(MathApi)
 * console.log(await math.multiply(6, 7))
 * ```
 */
export function createClient(url: string | URL, options: LiveClientOptions = {}): LiveClient {
  return createClientOn(webPlatform(readClientOptions(options).WebSocket), url, options)
}

/** {@link createClient} in a world of one's own. */
export function createClientOn(platform: Platform, url: string | URL, options: LiveClientOptions = {}): LiveClient {
  const { properties = {}, timeoutMs = DEFAULT_TIMEOUT_MS, backoff = {} } = readClientOptions(options)
  const { minMs = BACKOFF.minMs, maxMs = BACKOFF.maxMs } = backoff
  const settings = {
    url: readUrl(url),
    timeoutMs,
    backoff: { ...BACKOFF, minMs, maxMs },
    properties: async () => readProperties(typeof properties === 'function' ? await properties() : properties, 'properties()'),
  }
  return new GatewayClient(platform, settings) as unknown as LiveClient
}

/** `http:` and `https:` stand for `ws:` and `wss:`. */
function readUrl(url: unknown): string {
  const text = typeof url === 'string' || url instanceof URL ? String(url).replace(/^http/i, 'ws') : ''
  if (/^wss?:\/\/[^/#][^#]*$/i.test(text) && URL.canParse(text)) return text
  throw new TypeError(`createClient(): url is ${quote(url)}; give one such as 'wss://app.example.org/live', without a fragment`)
}

function readClientOptions(options: unknown): LiveClientOptions {
  const read: LiveClientOptions = readOptions(options, RULES, 'createClient()')
  if (typeof read.properties === 'object') readProperties(read.properties, 'createClient()')
  return read
}
