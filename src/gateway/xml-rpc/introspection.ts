import { MethodUnavailable, ParametersIncorrect } from '../../base/failures.js'
import type { JsonSchema } from '../schemas/json-schema.js'
import { callableMethods, methodOf } from '../schemas/methods.js'
import { type Signature, signatureOf } from '../schemas/parameters.js'
import type { Service } from '../services.js'

/** What the contract of a service answers to the methods of introspection, by name. */
type Introspection = (service: Service, args: readonly unknown[]) => unknown

const TYPES: Readonly<Record<string, string>> = {
  integer: 'int',
  number: 'double',
  string: 'string',
  boolean: 'boolean',
  array: 'array',
  object: 'struct',
  null: 'nil',
}

export const introspection: ReadonlyMap<string, Introspection> = new Map<string, Introspection>([
  ['system.listMethods', (service) => [...callableMethods(service).map(([name]) => name), ...introspection.keys()].sort()],
  ['system.methodSignature', (service, args) => signaturesOf(service, nameIn(args))],
  ['system.methodHelp', (service, args) => helpOf(service, nameIn(args))],
])

function nameIn(args: readonly unknown[]): string {
  if (args.length === 1 && typeof args[0] === 'string') return args[0]
  throw new ParametersIncorrect({ details: 'give the name of a method' })
}

/** A list of types for each number of arguments: first what the method returns. `'undef'` is the usual word for "unknown". */
function signaturesOf(service: Service, method: string): unknown {
  const signature = signatureIn(service, method)
  if (signature === undefined) return 'undef'
  const result = signature.result === undefined ? 'nil' : typeName(signature.result)
  if (signature.takesObject) return [[result, 'struct']]
  const { parameters } = signature
  const least = parameters.filter(({ required }) => required).length
  const types = parameters.map(({ schema }) => typeName(schema))
  return Array.from({ length: types.length - least + 1 }, (_, more) => [result, ...types.slice(0, least + more)])
}

/** What the schemas say of a method in words; nothing when they do not. */
function helpOf(service: Service, method: string): string {
  const signature = signatureIn(service, method)
  if (signature === undefined) return ''
  const lines = signature.parameters.map(({ name, schema }) => [name, schema['description']] as const)
  return [...lines, ['returns', signature.result?.['description']] as const]
    .flatMap(([name, text]) => (typeof text === 'string' ? [`${name}: ${text}`] : []))
    .join('\n')
}

function signatureIn(service: Service, method: string): Signature | undefined {
  const spec = methodOf(service, method)
  if (spec !== undefined) return signatureOf(spec)
  if (introspection.has(method)) return undefined
  const known = callableMethods(service).map(([name]) => name)
  throw new MethodUnavailable({ details: `service "${service.name}" has no method "${method}"; it has ${known.join(', ')}` })
}

function typeName({ type, format }: JsonSchema): string {
  if (format === 'date-time') return 'dateTime.iso8601'
  return (typeof type === 'string' ? TYPES[type] : undefined) ?? 'undef'
}
