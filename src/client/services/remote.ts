import type { Select } from '../../actors/agent-type.js'
import type { ContractSpec } from '../../actors/contract.js'
import { outcomeOf } from '../../actors/facade/outcome.js'
import type { CallOptions } from '../../actors/remote-type.js'
import { RESERVED_METHODS } from '../../actors/reserved-methods.js'
import { RequestRefused } from '../../base/failures.js'
import { readCallOptions } from './call-options.js'
import type { Known, Wanted } from './mirror.js'

/** How a message is meant. */
export type Manner = 'call' | 'offer' | 'tell' | 'stream'

/** Everything a Remote stands on. */
export interface RemoteParts {
  readonly caller: Caller
  /** The one actor that it is; `null` for a client, which is whoever fits. */
  readonly known: Known | null
  readonly wanted: Wanted
  readonly select: Select
  readonly spec: ContractSpec | null
  readonly options: CallOptions | null
}

/** Who sends what Remotes are asked for. */
export interface Caller {
  send(parts: RemoteParts, manner: Manner, method: string, args: readonly unknown[]): unknown
}

type Bound = (...args: readonly unknown[]) => unknown

const PARTS = new WeakMap<object, RemoteParts>()

/** What a Remote, or a client of a name, stands on. */
export function partsOf(value: object): RemoteParts | undefined {
  return PARTS.get(value)
}

/** Tells a Remote of a live client from other values. */
export function isLiveRemote(value: unknown): boolean {
  return typeof value === 'object' && value !== null && PARTS.has(value)
}

/** A Remote whose methods are made when they are first named and then kept. */
export function createLiveRemote(parts: RemoteParts): object {
  const remote = methodTable((method) => bound(parts, isStream(parts, method) ? 'stream' : 'call', method), { $: verbs(parts) })
  PARTS.set(remote, parts)
  return remote
}

function isStream({ known, spec }: RemoteParts, method: string): boolean {
  return spec?.methods[method]?.kind === 'stream' || known?.offer.streams.includes(method) === true
}

function bound({ caller, ...rest }: RemoteParts, manner: Manner, method: string): Bound {
  const parts = { caller, ...rest }
  return (...args) => caller.send(parts, manner, method, args)
}

function verbs(parts: RemoteParts): object {
  const tried = (method: string): Bound => {
    const call = bound(parts, 'call', method)
    return (...args) => outcomeOf(call(...args) as Promise<unknown>)
  }
  return Object.freeze({
    with: (options: CallOptions) => createLiveRemote({ ...parts, options: { ...parts.options, ...readCallOptions(options, '$.with()') } }),
    tell: methodTable((method) => bound(parts, 'tell', method), {}),
    offer: methodTable((method) => bound(parts, 'offer', method), {}),
    try: methodTable(tried, {}),
    get binding() {
      if (parts.known === null)
        throw new TypeError('$.binding: a client of a name is not one actor; use $.binding of a Remote from lookup()')
      return parts.known.binding
    },
    stop: () => Promise.reject(new RequestRefused({ details: '$.stop(): a service is stopped by its own system only' })),
  })
}

/** An object without a prototype that has every method, and for everything else only `own`. */
function methodTable(make: (method: string) => Bound, own: object): object {
  const made = Object.assign(Object.create(null) as Record<string, unknown>, own)
  return new Proxy(made, {
    get(_, key) {
      if (typeof key === 'symbol') return undefined
      if (key in made) return made[key]
      if (RESERVED_METHODS.has(key)) return undefined
      made[key] = make(key)
      return made[key]
    },
    set(_, key) {
      throw new TypeError(`cannot set "${String(key)}" of a Remote: its properties are the methods of another actor`)
    },
    getPrototypeOf: () => null,
  })
}
