import type { ContractSpec } from '../contract.js'
import { type Client, type ClientParts, clientMethod } from '../finding/client.js'
import { printWanted } from '../finding/wanted.js'
import { Binding } from '../kernel/binding.js'
import type { Life } from '../kernel/cell.js'
import type { Core } from '../kernel/core.js'
import type { Target } from '../kernel/ports.js'
import type { CallOptions, Remote, StopOptions } from '../remote-type.js'
import { RESERVED_METHODS } from '../reserved-methods.js'
import { deadSelf, nameOf } from '../turns/failing.js'
import { type Route, request, tell } from '../turns/sending.js'
import { checkCallOptions, mergeCallOptions, postFor } from './call-options.js'
import { callOrStream } from './call-or-stream.js'
import { factsOfTarget } from './facts.js'
import { outcomeOf } from './outcome.js'
import { stopTarget } from './stop-target.js'

/** Everything a Remote stands on. */
export interface RemoteParts {
  readonly core: Core
  /** Whose Remote it is: its calls carry that actor's identity, deadline and chain, and end with its incarnation. */
  readonly life: Life
  readonly target: Target
  readonly contract: ContractSpec | null
  readonly options: CallOptions | null
  /** Only for who made the pool. */
  readonly pool?: PoolControl | undefined
}

/** What the maker of a pool can do with it. */
export interface PoolControl {
  readonly size: number
  all(args: readonly unknown[], sending: Omit<Route, 'target'>): Promise<PromiseSettledResult<unknown>[]>
  resize(size: number): Promise<void>
}

type Manner = 'call' | 'tell' | 'offer' | 'try' | 'all'
type Bound = (...args: readonly unknown[]) => unknown

/**
 * The object behind `math.multiply(2, 3)`. Its prototype ends in a proxy that makes a method when it is first named and
 * keeps it on the object when it is named again: from then on it is an ordinary property, stable and bound.
 *
 * - **Cost**: about a hundred bytes; a method costs a closure at its first use, nothing afterwards.
 */
class Handle {
  readonly #parts: RemoteParts | ClientParts
  readonly #manner: Manner
  #verbs: Verbs | null = null
  /** The method named last, which becomes a property when it is named again: what is called once costs no more than a call. */
  #named: string | null = null
  #bound: Bound | null = null

  constructor(parts: RemoteParts | ClientParts, manner: Manner) {
    this.#parts = parts
    this.#manner = manner
  }

  get $(): unknown {
    if (this.#manner !== 'call') return undefined
    this.#verbs ??= new Verbs(this.#parts)
    return this.#verbs
  }

  [Symbol.toPrimitive](): string {
    return nameOfHandle(this.#parts)
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return nameOfHandle(this.#parts)
  }

  /** Nothing for whoever looks at the prototype by itself, as printers do. */
  static bind(handle: object, method: string): Bound | null | undefined {
    return #parts in handle ? handle.#method(method) : undefined
  }

  #method(method: string): Bound | null {
    const [named, bound] = [this.#named, this.#bound]
    if (named !== null) Object.defineProperty(this, named, { value: bound })
    this.#named = named === method ? null : method
    this.#bound = named === method ? null : boundMethod(this.#parts, this.#manner, method)
    return this.#bound ?? bound
  }

  static parts(value: object): RemoteParts | undefined {
    return #parts in value && value.#manner === 'call' && !isClient(value.#parts) ? value.#parts : undefined
  }

  static client(value: object): Client | undefined {
    return #parts in value && isClient(value.#parts) ? value.#parts.client : undefined
  }

  static is(value: object): boolean {
    return #parts in value && value.#manner === 'call'
  }
}

function isClient(parts: RemoteParts | ClientParts): parts is ClientParts {
  return 'client' in parts
}

function nameOfHandle(parts: RemoteParts | ClientParts): string {
  return isClient(parts) ? `Client<${printWanted(parts.client.wanted)}>` : `Remote<${nameOf(parts.target)}>`
}

const METHODS: object = new Proxy(Object.create(null) as object, {
  get: (_, key, handle) => (typeof key === 'symbol' || RESERVED_METHODS.has(key) ? undefined : Handle.bind(handle as object, key)),
  has: () => false,
  set: (_, key) => {
    throw new TypeError(`cannot set "${String(key)}" of a Remote: its properties are the methods of another actor`)
  },
})
Reflect.deleteProperty(Handle.prototype, 'constructor')
Object.setPrototypeOf(Handle.prototype, METHODS)

function boundClient(parts: ClientParts, manner: Manner, method: string): Bound {
  const ask = clientMethod(parts, manner === 'tell' || manner === 'offer' ? manner : 'call', method, receiving(parts, method))
  return manner === 'try' ? (...args) => outcomeOf(ask(...args) as Promise<unknown>) : ask
}

/** What is made of a result before it is given: a Remote learns its contract. */
function receiving({ contract }: RemoteParts | ClientParts, method: string): ((value: unknown) => unknown) | undefined {
  const gives = contract?.methods[method]?.gives ?? null
  return gives === null ? undefined : (value) => knowing(value, gives)
}

function boundMethod(parts: RemoteParts | ClientParts, manner: Manner, method: string): Bound {
  if (isClient(parts)) return boundClient(parts, manner, method)
  const { core, life, target, contract, options } = parts
  const spec = contract?.methods[method]
  const timeoutMs = spec?.timeoutMs ?? core.options.timeoutMs
  const kind = manner === 'all' || manner === 'try' ? 'call' : manner
  const receive = receiving(parts, method)
  const route: Route = { core, life, target, post: postFor(kind, life.cell, method, { options }), timeoutMs, options, receive }
  const dead = (): Promise<never> => Promise.reject(deadSelf(life.cell))
  if (manner === 'all') return (...args) => (life.dead ? dead() : parts.pool?.all(args, route))
  if (manner === 'tell') {
    return (...args) => {
      if (life.dead) throw deadSelf(life.cell)
      return tell(route, args)
    }
  }
  if (manner === 'try') return (...args) => outcomeOf(life.dead ? dead() : request(route, args))
  if (manner === 'offer' || spec?.kind === 'method') return (...args) => (life.dead ? dead() : request(route, args))
  return callOrStream(route, spec?.kind === 'stream')
}

/** What is under `$`; each member is made at its first use and then kept. */
class Verbs {
  readonly #parts: RemoteParts | ClientParts
  #tell: Handle | null = null

  constructor(parts: RemoteParts | ClientParts) {
    this.#parts = parts
  }

  get with(): (options: CallOptions) => object {
    return keep(this, 'with', (options) => {
      const merged = mergeCallOptions(this.#parts.options, checkCallOptions(options, '$.with()'))
      return new Handle({ ...this.#parts, options: merged }, 'call')
    })
  }

  get tell(): object {
    this.#tell ??= new Handle(this.#parts, 'tell')
    return this.#tell
  }

  get offer(): object {
    return keep(this, 'offer', new Handle(this.#parts, 'offer'))
  }

  get try(): object {
    return keep(this, 'try', new Handle(this.#parts, 'try'))
  }

  get binding(): Binding {
    const parts = this.#parts
    if (isClient(parts)) throw notOne(parts.client, '$.binding')
    return keep(this, 'binding', new Binding(factsOfTarget(parts.core, parts.target)))
  }

  /** Of a pool. */
  get all(): object | undefined {
    return this.#pool === undefined ? undefined : keep(this, 'all', new Handle(this.#parts, 'all'))
  }

  get size(): number | undefined {
    return this.#pool?.size
  }

  get resize(): ((size: number) => Promise<void>) | undefined {
    const pool = this.#pool
    return pool === undefined ? undefined : keep(this, 'resize', (size) => pool.resize(size))
  }

  get stop(): (options?: StopOptions) => Promise<void> {
    const parts = this.#parts
    if (isClient(parts)) return keep(this, 'stop', () => Promise.reject(notOne(parts.client, '$.stop()')))
    return keep(this, 'stop', (options) => stopTarget(parts.core, parts.target, options))
  }

  get #pool(): PoolControl | undefined {
    return isClient(this.#parts) ? undefined : this.#parts.pool
  }
}

function notOne({ wanted }: Client, verb: string): TypeError {
  return new TypeError(`${verb}: a client of ${printWanted(wanted)} is not one actor; use ${verb} of a Remote from lookup()`)
}

/** Turns a getter into a property of this object. */
function keep<T>(object: object, key: string, value: T): T {
  Object.defineProperty(object, key, { value, enumerable: true })
  return value
}

/** A Remote of `target` for the actor whose life is given. */
export function createRemote(parts: RemoteParts): object {
  return new Handle(parts, 'call')
}

/** A Remote of whatever fits, there at once. */
export function createClient(parts: ClientParts): object {
  return new Handle(parts, 'call')
}

/** The client that a Remote calls through; `undefined` for anything else. */
export function clientOf(value: unknown): Client | undefined {
  return typeof value === 'object' && value !== null ? Handle.client(value) : undefined
}

/** What a Remote stands on; `undefined` for anything else. */
export function partsOf(value: unknown): RemoteParts | undefined {
  return typeof value === 'object' && value !== null ? Handle.parts(value) : undefined
}

/** The same Remote with a contract to go by, where it knows none. */
export function knowing(value: unknown, contract: ContractSpec): unknown {
  const parts = partsOf(value)
  if (parts === undefined || parts.contract !== null) return value
  const known = createRemote({ ...parts, contract })
  if (parts.life.lastRemote === value) parts.life.lastRemote = known
  return known
}

/**
 * Tells whether a value is a Remote.
 *
 * @example
 * ```ts
 * const member = z.custom<Remote<typeof MemberApi>>(isRemote)
 * ```
 */
export function isRemote(value: unknown): value is Remote {
  return typeof value === 'object' && value !== null && Handle.is(value)
}
