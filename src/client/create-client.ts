import { quote } from '../actors/quote.js'
import type { LiveClient, LiveClientOptions } from './client-type.js'
import type { Platform } from './link/platform.js'
import { webPlatform } from './link/web-platform.js'
import { GatewayClient } from './live-client.js'

const DEFAULT_TIMEOUT_MS = 5000
const BACKOFF = { minMs: 200, maxMs: 10_000, factor: 2, jitter: 0.5 } as const

type Fields = { readonly [K in keyof LiveClientOptions]: unknown }

const KNOWN: ReadonlySet<string> = new Set(['properties', 'timeoutMs', 'backoff', 'WebSocket'])

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
  return createClientOn(webPlatform(checkOptions(options).WebSocket), url, options)
}

/** {@link createClient} in a world of one's own. */
export function createClientOn(platform: Platform, url: string | URL, options: LiveClientOptions = {}): LiveClient {
  const { properties = {}, timeoutMs = DEFAULT_TIMEOUT_MS, backoff } = checkOptions(options)
  const settings = {
    url: readUrl(url),
    timeoutMs,
    backoff: { ...BACKOFF, ...backoff },
    properties: typeof properties === 'function' ? properties : () => properties,
  }
  return new GatewayClient(platform, settings) as unknown as LiveClient
}

/** `http:` and `https:` stand for `ws:` and `wss:`. */
function readUrl(url: unknown): string {
  const text = typeof url === 'string' || url instanceof URL ? String(url).replace(/^http/i, 'ws') : ''
  if (/^wss?:\/\/[^/#][^#]*$/i.test(text) && URL.canParse(text)) return text
  throw new TypeError(`createClient(): url is ${quote(url)}; give one such as 'wss://app.example.org/live', without a fragment`)
}

function checkOptions(options: LiveClientOptions): LiveClientOptions {
  if (typeof options !== 'object' || options === null) throw new TypeError(`createClient(): options are ${quote(options)}; give an object`)
  const unknown = Object.keys(options).find((key) => !KNOWN.has(key))
  if (unknown !== undefined) throw new TypeError(`createClient(): ${unknown} is no option; the options are ${[...KNOWN].join(', ')}`)
  const { timeoutMs, properties, backoff, WebSocket }: Fields = options
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs > 0))
    throw wrong('timeoutMs', timeoutMs, 'milliseconds above 0')
  if (properties !== undefined && typeof properties !== 'function' && !isTexts(properties))
    throw wrong('properties', properties, 'an object of texts, or a function that returns one')
  if (backoff !== undefined && (typeof backoff !== 'object' || backoff === null)) throw wrong('backoff', backoff, '{ minMs, maxMs }')
  if (WebSocket !== undefined && typeof WebSocket !== 'function') throw wrong('WebSocket', WebSocket, 'a class')
  return options
}

function isTexts(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string')
}

function wrong(key: string, value: unknown, allowed: string): TypeError {
  return new TypeError(`createClient(): ${key} is ${quote(value)}; give ${allowed}`)
}
