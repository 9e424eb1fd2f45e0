import type { MethodSpec } from '../../actors/contract.js'
import { ParametersIncorrect } from '../../base/failures.js'
import { type JsonSchema, jsonSchemaOf } from './json-schema.js'

/** One parameter of a method, as documents and calls by name know it. */
export interface Parameter {
  readonly name: string
  readonly schema: JsonSchema
  readonly required: boolean
}

/** How a method is called. */
export interface Signature {
  /** It takes one object, whose members are the parameters. */
  readonly takesObject: boolean
  readonly parameters: readonly Parameter[]
  /** `undefined`: nothing. */
  readonly result: JsonSchema | undefined
}

const signatures = new WeakMap<MethodSpec, Signature>()

export function signatureOf(spec: MethodSpec): Signature {
  let known = signatures.get(spec)
  if (known === undefined) {
    known = readSignature(spec)
    signatures.set(spec, known)
  }
  return known
}

function readSignature(spec: MethodSpec): Signature {
  const schemas = spec.args.map(jsonSchemaOf)
  const [only] = schemas
  const takesObject = schemas.length === 1 && only?.['type'] === 'object'
  const parameters = takesObject ? membersOf(only as JsonSchema) : positional(schemas, spec.minArgs)
  return { takesObject, parameters, result: spec.result === undefined ? undefined : jsonSchemaOf(spec.result) }
}

function membersOf(schema: JsonSchema): readonly Parameter[] {
  const { properties = {}, required = [] } = schema as { readonly properties?: Record<string, JsonSchema>; readonly required?: string[] }
  return Object.entries(properties).map(([name, member]) => ({ name, schema: member, required: required.includes(name) }))
}

/** They are called by the titles of their schemas, and `arg0`, `arg1` where those say nothing or the same. */
function positional(schemas: readonly JsonSchema[], minArgs: number): readonly Parameter[] {
  const titles = schemas.map((schema) => schema['title'])
  const isGood = (title: unknown, i: number): title is string => typeof title === 'string' && title !== '' && titles.indexOf(title) === i
  return schemas.map((schema, i) => {
    const title = titles[i]
    return { name: isGood(title, i) ? title : `arg${i}`, schema, required: i < minArgs }
  })
}

/**
 * The arguments of a call that names its parameters. Where the contract is not known, or the method takes one thing that may be an object, the object
 * itself is the argument.
 *
 * @throws ParametersIncorrect for names that there are not, and those that are missing
 */
export function argumentsByName(named: Readonly<Record<string, unknown>>, spec: MethodSpec | undefined): readonly unknown[] {
  if (spec === undefined) return [named]
  const { takesObject, parameters } = signatureOf(spec)
  if (takesObject || isOpen(parameters)) return [named]
  const names = parameters.map(({ name }) => name)
  const unknown = Object.keys(named).find((name) => !names.includes(name))
  if (unknown !== undefined) throw wrongNames(`there is no parameter "${unknown}"`, names)
  const missing = parameters.find(({ name, required }) => required && !Object.hasOwn(named, name))
  if (missing !== undefined) throw wrongNames(`parameter "${missing.name}" is missing`, names)
  const count = names.findLastIndex((name) => Object.hasOwn(named, name)) + 1
  return names.slice(0, count).map((name) => (Object.hasOwn(named, name) ? named[name] : undefined))
}

/** One parameter, of which nothing is known that forbids objects. */
function isOpen(parameters: readonly Parameter[]): boolean {
  const [only] = parameters
  return parameters.length === 1 && only?.schema['type'] === undefined && only?.schema['title'] === undefined
}

function wrongNames(fault: string, names: readonly string[]): ParametersIncorrect {
  const known = names.length === 0 ? 'it has none' : `they are ${names.join(', ')}`
  return new ParametersIncorrect({ details: `${fault}; ${known}`, data: [{ path: [], message: fault }] })
}
