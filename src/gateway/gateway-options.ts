import { z } from 'zod'
import { between, checked, either, flag, optionObject, whole } from '../actors/option-schema.js'
import type { Authorise } from './authorising.js'
import type { GatewayCloseOptions, GatewayLimits, GatewayOptions, ListenOptions } from './gateway-type.js'

const LONGEST_TIMEOUT_MS = 86_400_000
const LONGEST_DRAIN_MS = 3_600_000
const MOST_BYTES = 2 ** 30
const MOST = 1_000_000

const ORIGIN =
  "an origin as browsers send it, such as 'https://app.example.org': in lower case, without a path, a slash at its end, '*', or the usual port"
const HOST = "a host name in lower case such as 'api.example.org', without a port"

/** Any other text would never be equal to what a browser sends. */
const origin = checked<string>(
  ORIGIN,
  (value) => typeof value === 'string' && /^[a-z][a-z\d+.-]*:\/\/[^/*\sA-Z]+$/.test(value) && hasUsualForm(value),
)
const hostText = checked<string>(HOST, (value) => typeof value === 'string' && /^([a-z\d._-]+|\[[\da-f:.]+\])$/.test(value))

function hasUsualForm(text: string): boolean {
  return !/^https?:/.test(text) || (URL.canParse(text) && new URL(text).origin === text)
}

export const gatewayOptions = optionObject<GatewayOptions>({
  authorise: checked<Authorise>('a function', (value) => typeof value === 'function'),
  cors: z.array(origin, "an array of origins such as 'https://app.example.org', each named; '*' is refused").readonly(),
  hosts: z.array(hostText, "an array of host names such as 'api.example.org'").readonly(),
  challenge: either<string>('the text of a header such as \'Basic realm="orders"\'', z.string().regex(/^[\x20-\x7e]+$/)),
  timeoutMs: between(1, LONGEST_TIMEOUT_MS),
  limits: optionObject<GatewayLimits>({
    maxBodyBytes: whole(1, MOST_BYTES),
    maxHeldBytes: whole(1, 2 ** 40),
    maxBatch: whole(1, MOST),
    maxPending: whole(1, MOST),
    maxConnections: whole(1, MOST),
    maxLiveConnections: whole(1, MOST),
    maxLiveQueueBytes: whole(2 ** 16, 2 ** 40),
    maxSubscriptions: whole(1, 100 * MOST),
  }),
})

const port = whole(0, 65_535)

const listenObject = optionObject<ListenOptions>({ port, host: z.string('a host').min(1, 'a host'), insecure: flag }, ['port'])

/** A port alone is short for an object of it. */
export const listenOptions = z.union([port.transform((value): ListenOptions => ({ port: value })), listenObject], {
  error: 'a port, or { port, host, insecure }',
})

export const closeOptions = optionObject<GatewayCloseOptions>({ drainMs: between(0, LONGEST_DRAIN_MS) })
