import type { Contract, MethodSpec } from '../actors/contract.js'
import { type DefinitionRecord, unregistered } from '../actors/definition.js'
import { quote } from '../actors/quote.js'

type Method = (...args: readonly unknown[]) => unknown
type Methods = Readonly<Record<string, Method>>

/**
 * The definition of a stand-in for what a contract or a definition describes.
 *
 * @throws TypeError for what has no stand-in, and for methods that its contract does not have
 */
export function standIn(target: unknown, given: unknown): DefinitionRecord {
  const { name, contract, options } = described(target)
  if (typeof given !== 'function') checkMethods(given, name, contract)
  const setup = (self: unknown): Methods => {
    const methods = typeof given === 'function' ? (given as (self: unknown) => unknown)(self) : given
    return complete(checkMethods(methods, name, contract), name, contract)
  }
  const { audience, groups, visibility } = options
  return unregistered({
    kind: 'service',
    light: false,
    name,
    contract,
    setup,
    options: {
      ...(audience === undefined ? {} : { audience }),
      ...(groups === undefined ? {} : { groups }),
      ...(visibility === undefined ? {} : { visibility }),
      // One that a test lets wait holds up no other.
      concurrency: Number.POSITIVE_INFINITY,
    },
  })
}

type Described = Pick<DefinitionRecord, 'name' | 'contract' | 'options'>

function described(target: unknown): Described {
  const known = target as Partial<DefinitionRecord> | null | undefined
  if (typeof known === 'object' && known !== null) {
    const kind: unknown = known.kind
    if (kind === 'contract') return { name: String(known.name), contract: target as Contract, options: {} }
    if (kind === 'service' && known.options !== undefined) return known as Described
  }
  throw new TypeError(`stand(): target is ${quote(target)}; give a contract, or what service() returns`)
}

function checkMethods(value: unknown, name: string, contract: Contract | undefined): Methods {
  const what = `stand() for "${name}"`
  if (typeof value !== 'object' || value === null) throw new TypeError(`${what}: methods is ${quote(value)}; give an object of functions`)
  for (const [key, method] of Object.entries(value)) {
    if (contract !== undefined && !contract.methods.includes(key))
      throw new TypeError(`${what}: ${quote(key)} is no method of its contract, which has ${contract.methods.join(', ') || 'none'}`)
    if (typeof method !== 'function') throw new TypeError(`${what}: ${key} is ${quote(method)}; give a function`)
  }
  return value as Methods
}

/** All methods of the contract; those that were not given say so. */
function complete(given: Methods, name: string, contract: Contract | undefined): Methods {
  const specs = Object.entries<MethodSpec>(contract?.['~spec'].methods ?? {})
  const missing = specs.filter(([method]) => !Object.hasOwn(given, method))
  return { ...given, ...Object.fromEntries(missing.map(([method]) => [method, () => refuse(name, method)])) }
}

function refuse(name: string, method: string): never {
  throw new Error(`the stand-in for "${name}" was asked for ${method}(), which stand() was not given; give it { ${method} }`)
}
