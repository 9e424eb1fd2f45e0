import { MethodUnavailable, type ParameterIssue, ParametersIncorrect, type ServiceFailure } from '../../base/failures.js'
import { thrownText } from '../../base/thrown.js'
import type { MethodSpec } from '../contract.js'
import type { DefinitionRecord } from '../definition.js'
import type { Cell, Handler, Methods } from '../kernel/cell.js'
import { quote } from '../quote.js'
import { RESERVED_METHODS } from '../reserved-methods.js'
import { type Schema, schemaIssues } from '../schema.js'
import { nameOf } from './failing.js'

const NONE: Methods = Object.freeze(Object.create(null) as Methods)

/**
 * The methods that `setup` returned.
 *
 * @throws TypeError when it returned anything but functions in a plain object, or not those of its contract
 */
export function readMethods(definition: DefinitionRecord, returned: unknown): Methods {
  const who = definition.light ? 'setup of a light actor' : `setup of ${definition.kind} "${definition.name}"`
  if (returned === undefined || returned === null) return definition.contract === undefined ? NONE : checkContract(who, definition, NONE)
  if (typeof returned !== 'object' || !isPlain(returned)) {
    throw new TypeError(`${who} returned ${quote(returned)}; return a plain object whose own functions are the methods`)
  }
  const methods = returned as Methods
  for (const name in methods) {
    if (RESERVED_METHODS.has(name)) throw new TypeError(`${who} returned a method "${name}", which is reserved; give it another name`)
  }
  return definition.contract === undefined ? methods : checkContract(who, definition, methods)
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null
}

function checkContract(who: string, definition: DefinitionRecord, methods: Methods): Methods {
  const contract = definition.contract
  const wanted = contract?.methods ?? []
  const missing = wanted.filter((name) => typeof own(methods, name) !== 'function')
  if (missing.length > 0) throw new TypeError(`${who} did not return ${list(missing)} of contract "${contract?.name}"; add what is missing`)
  const extra = Object.keys(methods).filter((name) => typeof methods[name] === 'function' && !wanted.includes(name))
  if (extra.length > 0)
    throw new TypeError(`${who} returned ${list(extra)}, not in contract "${contract?.name}"; add to the contract or take away`)
  return methods
}

function list(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ')
}

function own(methods: Methods, name: string): Handler | undefined {
  return Object.hasOwn(methods, name) ? methods[name] : undefined
}

/** The methods that answer with many values: generators, or what the contract says. */
export function streamsOf(definition: DefinitionRecord, methods: Methods): ReadonlySet<string> {
  const specs = definition.contract?.['~spec'].methods
  if (specs !== undefined) return new Set(Object.keys(specs).filter((name) => specs[name]?.kind === 'stream'))
  return new Set(Object.keys(methods).filter((name) => isGenerator(methods[name])))
}

function isGenerator(handler: unknown): boolean {
  return typeof handler === 'function' && (handler as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === 'AsyncGeneratorFunction'
}

/** The handler of a method; nothing is ever found on a prototype. */
export function findHandler(methods: Methods, name: string): Handler | undefined {
  const handler = own(methods, name)
  return typeof handler === 'function' ? handler : undefined
}

export function methodUnavailable(cell: Cell, method: string): MethodUnavailable {
  const methods = cell.methods ?? NONE
  const exported = Object.keys(methods).filter((name) => typeof methods[name] === 'function')
  const details = `${nameOf(cell)} has no method "${method}"; it has ${exported.length === 0 ? 'none' : exported.join(', ')}`
  return new MethodUnavailable({ details })
}

/** What the contract says about a method. */
export function specOf(cell: Cell, method: string): MethodSpec | undefined {
  return cell.spec.definition.contract?.['~spec'].methods[method]
}

/** The failure of a call with the wrong number of arguments, if it has. */
export function checkCount(spec: MethodSpec, cell: Cell, method: string, count: number): ServiceFailure | null {
  if (count >= spec.minArgs && count <= spec.maxArgs) return null
  const wanted = spec.minArgs === spec.maxArgs ? `${spec.minArgs}` : `${spec.minArgs}-${spec.maxArgs}`
  const message = `expected ${wanted} argument${wanted === '1' ? '' : 's'}, received ${count}`
  return new ParametersIncorrect({ details: `${cell.name}.${method}(): ${message}`, data: [{ path: [], message }] })
}

/** The failure of a call whose arguments its schemas refuse, if they do. */
export function checkSchemas(spec: MethodSpec, cell: Cell, method: string, args: readonly unknown[]): ServiceFailure | null {
  const issues = spec.args.flatMap((schema, i) => argumentIssues(schema, args[i]).map((issue) => ({ ...issue, path: [i, ...issue.path] })))
  if (issues.length === 0) return null
  return new ParametersIncorrect({ details: `${cell.name}.${method}(): ${printIssues('args', issues)}`, data: issues })
}

/** A schema that throws, or that turns out to be asynchronous, accepts nothing. */
function argumentIssues(schema: Schema, value: unknown): readonly ParameterIssue[] {
  try {
    return schemaIssues(schema, value)
  } catch (error) {
    return [{ path: [], message: thrownText(error) }]
  }
}

/** Issues on one line, with their paths. */
export function printIssues(root: string, issues: readonly ParameterIssue[]): string {
  const place = (path: ParameterIssue['path']): string => path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
  return issues.map((issue) => `${root}${place(issue.path)}: ${issue.message}`).join('; ')
}
