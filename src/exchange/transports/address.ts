/** Where an exchange listens or connects to: `tcp://host:port`, `tls://host:port`, `unix:/path`, or `memory:name` in tests. */
export type Address =
  | { readonly kind: 'tcp' | 'tls'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'memory'; readonly name: string }

/** What users may give for an address: a number is a port of this machine alone. */
export type AddressLike = string | number | { readonly port: number; readonly host?: string }

const LOOPBACK = '127.0.0.1'
const HIGHEST_PORT = 65_535
const FORMS = "give 'tcp://host:port', 'unix:/path', a port, or { port, host }"

/** @throws TypeError */
export function parseAddress(given: AddressLike): Address {
  if (typeof given === 'number') return hostAndPort('tcp', LOOPBACK, given)
  if (typeof given === 'object' && given !== null) return hostAndPort('tcp', given.host ?? LOOPBACK, given.port)
  if (typeof given !== 'string') throw new TypeError(`an address cannot be ${String(given)}: ${FORMS}`)
  const [, scheme, rest] = /^(tcp|tls|unix|memory):(.*)$/s.exec(given) ?? []
  if (scheme === undefined || rest === undefined || rest === '') throw new TypeError(`"${given}" is no address: ${FORMS}`)
  if (scheme === 'unix') return { kind: 'unix', path: rest }
  if (scheme === 'memory') return { kind: 'memory', name: rest }
  return socketAddress(scheme as 'tcp' | 'tls', rest, given)
}

/** The inverse of `parseAddress`. */
export function printAddress(address: Address): string {
  if (address.kind === 'unix') return `unix:${address.path}`
  if (address.kind === 'memory') return `memory:${address.name}`
  return `${address.kind}://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`
}

/** Whether only processes of this machine can reach it. */
export function isLocal(address: Address): boolean {
  if (address.kind === 'unix' || address.kind === 'memory') return true
  const { host } = address
  return host === 'localhost' || host === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(host)
}

/** `//host:port`, with an IPv6 host in brackets (RFC 3986). */
function socketAddress(kind: 'tcp' | 'tls', rest: string, given: string): Address {
  const [, six, plain, port] = /^\/\/(?:\[([0-9a-fA-F:.%\w]+)\]|([^:/[\]]+)):(\d+)$/.exec(rest) ?? []
  const host = six ?? plain
  if (host !== undefined && port !== undefined) return hostAndPort(kind, host, Number(port))
  throw new TypeError(`"${given}" is no address: ${FORMS}; an IPv6 host goes into brackets`)
}

function hostAndPort(kind: 'tcp' | 'tls', host: string, port: number): Address {
  if (!Number.isInteger(port) || port < 0 || port > HIGHEST_PORT) throw new TypeError(`${port} is no port: give 0 to ${HIGHEST_PORT}`)
  if (typeof host !== 'string' || host === '') throw new TypeError(`host cannot be ${JSON.stringify(host)}: ${FORMS}`)
  return { kind, host, port }
}
