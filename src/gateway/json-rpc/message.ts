/** What may name a request. */
export type Id = string | number | null

/** A request of JSON-RPC 2.0, or of 1.0, whose form its answer has. */
export interface RpcRequest {
  readonly version: 1 | 2
  /** `undefined`: a notification, which nobody wants answered. */
  readonly id: Id | undefined
  readonly method: string
  readonly params: readonly unknown[] | Readonly<Record<string, unknown>>
  /** Of rich mode: what superjson says of the params; the result is to be told in the same way. */
  readonly meta: unknown
}

/** What is no request. */
export interface NoRequest {
  readonly id: Id
  readonly fault: string
}

type Members = Readonly<Record<string, unknown>>

/** Reads a request, alone or of a batch. */
export function readRequest(value: unknown): RpcRequest | NoRequest {
  if (!isObject(value)) return { id: null, fault: 'a request is an object' }
  const version = versionOf(value)
  const id = Object.hasOwn(value, 'id') ? value['id'] : undefined
  if (id !== undefined && !isId(id)) return { id: null, fault: 'id is neither a text nor a number nor null' }
  const fault = version === undefined ? 'jsonrpc is not "2.0"' : faultOf(value)
  if (version === undefined || fault !== undefined) return { id: id ?? null, fault: fault ?? '' }
  const {
    method,
    params = [],
    meta,
  } = value as { readonly method: string; readonly params?: RpcRequest['params']; readonly meta?: unknown }
  return { version, id: version === 1 && id === null ? undefined : id, method, params, meta }
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isId(value: unknown): value is Id {
  return value === null || typeof value === 'string' || Number.isFinite(value)
}

/** A request of 1.0 does not say so, but it has an id and positional params. */
function versionOf(value: Members): 1 | 2 | undefined {
  if (value['jsonrpc'] === '2.0') return 2
  return !Object.hasOwn(value, 'jsonrpc') && Object.hasOwn(value, 'id') && Array.isArray(value['params']) ? 1 : undefined
}

function faultOf({ method, params, meta }: Members): string | undefined {
  if (typeof method !== 'string') return 'method is no text'
  if (params !== undefined && (typeof params !== 'object' || params === null)) return 'params are neither an array nor an object'
  return meta === undefined || isObject(meta) ? undefined : 'meta is no object'
}
