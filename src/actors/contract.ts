/** Contracts: the API of a service as a value that anyone can import without importing the service's code. */

import { checked, flag, optionObject, timeout } from './option-schema.js'
import { parseOptions } from './options.js'
import { quote } from './quote.js'
import type { Carrier, Nothing, Show } from './remote-type.js'
import { RESERVED_METHODS } from './reserved-methods.js'
import { acceptsUndefined, checkSchema, type Out, type Params, type Schema, type Steady, type SteadyEach } from './schema.js'
import { checkServiceName } from './service-name.js'

/** How a method is called where its caller says nothing else. */
export interface MethodOptions {
  /** The deadline of a call, in milliseconds: more than 0, at most 2 147 483 647, or `Infinity` for none. */
  readonly timeoutMs?: number
  /** Running it twice does what running it once does. */
  readonly idempotent?: boolean
}

/** One method of a contract, as the runtime sees it; frozen. */
export interface MethodSpec {
  readonly kind: 'method' | 'stream'
  readonly args: readonly Schema[]
  /** Arguments that must be given: trailing schemas that accept `undefined` are left out. */
  readonly minArgs: number
  readonly maxArgs: number
  /** `undefined`: the method returns nothing. Of a stream, what each item is. */
  readonly result: Schema | undefined
  readonly timeoutMs: number | undefined
  readonly idempotent: boolean
  /** The contracts of the Remotes among its arguments, by position; `null` when there is none. */
  readonly takes: readonly (ContractSpec | null)[] | null
  /** The contract of the Remote that it answers with. */
  readonly gives: ContractSpec | null
}

/** A method with its types: parameters `A`, result `Result`. */
export interface Method<A extends readonly unknown[] = readonly unknown[], Result = unknown> extends MethodSpec {
  readonly kind: 'method'
  /** Exists for the type system only. */
  readonly '~types'?: { readonly parameters: A; readonly result: Result }
}

/** A method that answers with many values: parameters `A`, items `Item`. */
export interface Stream<A extends readonly unknown[] = readonly unknown[], Item = unknown> extends MethodSpec {
  readonly kind: 'stream'
  /** Exists for the type system only. */
  readonly '~types'?: { readonly parameters: A; readonly item: Item }
}

/** One subject or pattern of a contract's reports, as the runtime sees it; frozen. */
export interface ReportSpec {
  readonly schema: Schema
  /** What `publish` retains by default, in milliseconds. */
  readonly lifetimeMs: number
}

/** A report with the type of its value. */
export interface Report<T = unknown> extends ReportSpec {
  readonly kind: 'report'
  /** Exists for the type system only. */
  readonly '~value'?: T
}

/** What a contract is made of, as the runtime sees it; frozen, and its tables have no prototype. */
export interface ContractSpec {
  readonly name: string
  readonly methods: Readonly<Record<string, MethodSpec>>
  readonly reports: Readonly<Record<string, ReportSpec>>
  readonly errors: Readonly<Record<string, Schema>>
}

/** The API of a service: its methods, reports and failures, checked by schemas; frozen. */
export interface Contract<N extends string = string, F = unknown, R = unknown, E = unknown> extends Carrier<F, R, E> {
  readonly kind: 'contract'
  readonly name: N
  readonly methods: readonly string[]
  readonly '~spec': ContractSpec
}

type SchemaTable = Record<string, Schema>
type ReportTable = Record<string, Schema | Report>
type SteadyReports<R> = { [K in keyof R]: R[K] extends Report ? R[K] : Steady<R[K]> }
type ReportValues<R> = Show<{ [K in keyof R]: R[K] extends Report<infer T> ? T : Out<R[K]> }>
type Reserved = '$' | 'then' | 'catch' | 'finally' | 'toJSON' | 'toString' | 'valueOf' | 'constructor' | '__proto__'
type NoReserved<M> = { [K in keyof M & Reserved]: `"${K}" is reserved: give the method another name` }
type ResultOf<S> = [S] extends [undefined] ? void : Out<S>
/** What callers may give: messages are copied, so that an array which must not be changed will do. */
type Given<A extends readonly unknown[]> = { [I in keyof A]: Unchanged<A[I]> }
type Unchanged<T> = T extends readonly unknown[] ? Readonly<T> : T
type FunctionOf<M> =
  M extends Method<infer A, infer Result>
    ? (...args: Given<A>) => Promise<Result>
    : M extends Stream<infer A, infer Item>
      ? (...args: Given<A>) => AsyncIterable<Item>
      : never
type Functions<M> = Show<{ [K in keyof M]: FunctionOf<M[K]> }>
type Values<T> = Show<{ [K in keyof T]: Out<T[K]> }>

/** What is said about a report beside its schema. */
export interface ReportOptions {
  /** Milliseconds, 0 or more, or `Infinity`. */
  readonly lifetimeMs?: number
}

const reportOptions = optionObject<ReportOptions>({
  lifetimeMs: checked<number>('milliseconds, 0 or more, or Infinity', (value) => typeof value === 'number' && value >= 0),
})

const methodOptions = optionObject<MethodOptions>({ timeoutMs: timeout, idempotent: flag })

/**
 * A method of a contract. `args` is an array of schemas, one for each positional argument, or a single schema for one argument.
 * Trailing arguments whose schemas accept `undefined` may be left out; without `result` the method returns nothing.
 *
 * - **Errors**: TypeError for what is no Standard Schema, for an asynchronous one as soon as it shows, and for wrong options.
 *
 * @example
 * ```ts
 * method([z.number(), z.number().optional()], z.number(), { timeoutMs: 200 })
 * ```
 */
export function method(): Method<[], void>
export function method<const A extends readonly Schema[], S extends Schema | undefined = undefined>(
  args: A & SteadyEach<A>,
  result?: S & Steady<S>,
  options?: MethodOptions,
): Method<Params<A>, ResultOf<S>>
export function method<A extends Schema, S extends Schema | undefined = undefined>(
  argument: A & Steady<A>,
  result?: S & Steady<S>,
  options?: MethodOptions,
): Method<Params<[A]>, ResultOf<S>>
export function method(argument: unknown = [], result?: unknown, options?: unknown): MethodSpec {
  return methodSpec('method', argument, result, options)
}

/**
 * A method of a contract that answers with many values, each of `item`: its handler is an async generator, its caller reads it with
 * `for await`. Arguments as in `method`; `timeoutMs` bounds the wait for each next item.
 *
 * - **Back-pressure**: the handler is at most 64 items ahead of its reader.
 * - **Errors**: TypeError as `method`, and for a missing item schema.
 *
 * @example
 * ```ts
 * stream([z.int()], z.int())
 * ```
 */
export function stream<const A extends readonly Schema[], S extends Schema>(
  args: A & SteadyEach<A>,
  item: S & Steady<S>,
  options?: MethodOptions,
): Stream<Params<A>, Out<S>>
export function stream<A extends Schema, S extends Schema>(
  argument: A & Steady<A>,
  item: S & Steady<S>,
  options?: MethodOptions,
): Stream<Params<[A]>, Out<S>>
export function stream(argument: unknown = [], item?: unknown, options?: unknown): MethodSpec {
  return methodSpec('stream', argument, checkSchema(item, 'stream(): item'), options)
}

function methodSpec(kind: MethodSpec['kind'], argument: unknown, result: unknown, options: unknown): MethodSpec {
  const { timeoutMs, idempotent = false } = parseOptions(methodOptions, options, `${kind}()`)
  const given: readonly unknown[] = Array.isArray(argument) ? argument : [argument]
  const args = given.map((schema, i) => checkSchema(schema, `${kind}(): argument ${i}`))
  return Object.freeze({
    kind,
    args: Object.freeze(args),
    minArgs: requiredCount(kind, args),
    maxArgs: args.length,
    result: result === undefined ? undefined : checkSchema(result, `${kind}(): result`),
    timeoutMs,
    idempotent,
    takes: contractsIn(args),
    gives: contractIn(result),
  })
}

function contractsIn(schemas: readonly unknown[]): MethodSpec['takes'] {
  const contracts = schemas.map(contractIn)
  return contracts.some((one) => one !== null) ? Object.freeze(contracts) : null
}

/** The contract that a schema made by `remote()` was given. */
function contractIn(schema: unknown): ContractSpec | null {
  return (schema as { readonly '~contract'?: ContractSpec | null } | undefined)?.['~contract'] ?? null
}

function requiredCount(kind: string, args: readonly Schema[]): number {
  const optional = args.map((schema, i) => acceptsUndefined(schema, `${kind}(): argument ${i}`))
  return optional.lastIndexOf(false) + 1
}

/**
 * A report of a contract with more than its schema. `lifetimeMs`: how long `publish` keeps it where it says nothing else; 0 by
 * default, `Infinity` for ever.
 *
 * - **Errors**: TypeError for what is no Standard Schema, and for wrong options.
 *
 * @example
 * ```ts
 * report(z.object({ calls: z.int() }), { lifetimeMs: Infinity })
 * ```
 */
export function report<S extends Schema>(schema: S & Steady<S>, options?: ReportOptions): Report<Out<S>>
export function report(schema: unknown, options?: unknown): ReportSpec & { readonly kind: 'report' } {
  const { lifetimeMs = 0 } = parseOptions(reportOptions, options, 'report()')
  return Object.freeze({ kind: 'report', schema: checkSchema(schema, 'report(): schema'), lifetimeMs })
}

/**
 * The API of a service. `reports` holds a schema for each subject it publishes, `errors` the schema of `data` for each code it fails with.
 *
 * - **Errors**: TypeError that names what is wrong: a name that is empty, over 255 bytes or holds control characters; a reserved
 *   name of a method; what did not come from `method()` or is no Standard Schema; a code that begins with `ERR_`.
 *
 * @example
 * ```ts
 * export const MathApi = contract('math', {
 *   methods: { multiply: method([z.number(), z.number()], z.number()) },
 *   errors: { Overflow: z.object({ limit: z.number() }) },
 * })
 * ```
 */
export function contract<
  const N extends string,
  M extends Record<string, Method | Stream>,
  R extends ReportTable = Nothing,
  E extends SchemaTable = Nothing,
>(
  name: N,
  parts: { readonly methods: M & NoReserved<M>; readonly reports?: R & SteadyReports<R>; readonly errors?: E & SteadyEach<E> },
): Contract<N, Functions<M>, ReportValues<R>, Values<E>> {
  checkServiceName(name, 'contract()')
  const action = `contract(${quote(name)})`
  const { methods, reports = {}, errors = {}, ...rest } = checkPlain(parts, `${action}: second argument`)
  const unknown = Object.keys(rest)[0]
  if (unknown !== undefined) throw new TypeError(`${action}: ${quote(unknown)} is no part of a contract; give methods, reports and errors`)
  const spec: ContractSpec = Object.freeze({
    name,
    methods: table(methods, `${action}: methods`, checkMethod),
    reports: table(reports, `${action}: reports`, checkReport),
    errors: table(errors, `${action}: errors`, checkError),
  })
  return Object.freeze({ kind: 'contract', name, methods: Object.freeze(Object.keys(spec.methods)), '~spec': spec })
}

type Check<T> = (value: unknown, what: string, key: string) => T

function table<T>(given: unknown, what: string, check: Check<T>): Readonly<Record<string, T>> {
  const entries = checkPlain(given, what)
  const result: Record<string, T> = Object.create(null)
  for (const key of Reflect.ownKeys(entries)) {
    if (typeof key === 'symbol') throw new TypeError(`${what}: ${String(key)} is a symbol; give it a name`)
    checkServiceName(key, what)
    result[key] = check(entries[key], `${what}: ${quote(key)}`, key)
  }
  return Object.freeze(result)
}

function checkPlain(value: unknown, what: string): Record<string, unknown> {
  const prototype = typeof value === 'object' && value !== null ? Object.getPrototypeOf(value) : undefined
  if (prototype === null || (prototype && Object.getPrototypeOf(prototype) === null)) return value as Record<string, unknown>
  throw new TypeError(`${what} is ${quote(value)}; give a plain object`)
}

function checkMethod(value: unknown, what: string, key: string): MethodSpec {
  if (RESERVED_METHODS.has(key)) throw new TypeError(`${what} is reserved; give the method another name`)
  const spec = value as MethodSpec | undefined | null
  const kinds: readonly unknown[] = ['method', 'stream']
  if (typeof spec === 'object' && kinds.includes(spec?.kind) && Array.isArray(spec?.args)) return spec as MethodSpec
  throw new TypeError(`${what} is ${quote(value)}; give what method() or stream() returns`)
}

function checkReport(value: unknown, what: string): ReportSpec {
  const spec = value as Partial<Report> | undefined | null
  if (typeof spec === 'object' && spec?.kind === 'report' && typeof spec.lifetimeMs === 'number') return spec as Report
  return Object.freeze({ schema: checkSchema(value, what), lifetimeMs: 0 })
}

function checkError(value: unknown, what: string, key: string): Schema {
  if (key.startsWith('ERR_')) throw new TypeError(`${what} begins with "ERR_", which marks the framework's own codes; give it another name`)
  return checkSchema(value, what)
}
