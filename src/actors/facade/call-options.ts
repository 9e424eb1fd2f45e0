import type { Party } from '../kernel/call.js'
import { type EnvelopeKind, type Lane, Post } from '../kernel/message.js'
import { quote } from '../quote.js'
import type { CallOptions, Priority } from '../remote-type.js'
import { propertiesFault } from './call-properties.js'

const KNOWN: ReadonlySet<string> = new Set(['timeoutMs', 'signal', 'detached', 'priority', 'properties'])
const LANES: Readonly<Record<Priority, Lane>> = { high: 0, normal: 1, low: 2 }

/**
 * The options of one call, checked by hand: it stands before every call of some programs.
 *
 * @throws TypeError that names the option and what it may be
 */
export function checkCallOptions(options: unknown, action: string): CallOptions {
  if (typeof options !== 'object' || options === null) throw new TypeError(`${action}: options are ${quote(options)}; give an object`)
  for (const key in options) {
    if (!KNOWN.has(key)) throw new TypeError(`${action}: unknown option "${key}"; known are ${[...KNOWN].join(', ')}`)
  }
  const { timeoutMs, signal, detached } = options as { readonly [K in keyof CallOptions]: unknown }
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs > 0)) {
    throw new TypeError(`${action}: timeoutMs is ${quote(timeoutMs)}; give milliseconds above 0, or Infinity for no deadline`)
  }
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new TypeError(`${action}: signal is ${quote(signal)}; give an AbortSignal`)
  if (detached !== undefined && typeof detached !== 'boolean')
    throw new TypeError(`${action}: detached is ${quote(detached)}; give true or false`)
  checkMarks(options as CallOptions, action)
  return options as CallOptions
}

function checkMarks({ priority, properties }: { readonly [K in keyof CallOptions]: unknown }, action: string): void {
  if (priority !== undefined && !Object.hasOwn(LANES, priority as string))
    throw new TypeError(`${action}: priority is ${quote(priority)}; give 'high', 'normal' or 'low'`)
  if (properties === undefined) return
  const fault = propertiesFault(properties)
  if (fault !== undefined) throw new TypeError(`${action}: ${fault}`)
}

/** What all messages have in common that are sent with these options. */
export function postFor(
  kind: EnvelopeKind,
  sender: Party,
  method: string,
  { options, untrusted = false }: { readonly options: CallOptions | null; readonly untrusted?: boolean },
): Post {
  if (options === null && !untrusted) return new Post(kind, sender, method)
  const properties = options?.properties === undefined ? null : Object.freeze({ ...options.properties })
  return new Post(kind, sender, method, { untrusted, lane: LANES[options?.priority ?? 'normal'], properties })
}

/** `more`, as it is now, goes before `options`. */
export function mergeCallOptions(options: CallOptions | null, more: CallOptions): CallOptions {
  const { properties } = more
  return { ...options, ...more, ...(properties === undefined ? {} : { properties: { ...properties } }) }
}
