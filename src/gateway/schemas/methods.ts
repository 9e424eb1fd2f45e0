import type { MethodSpec } from '../../actors/contract.js'
import type { Service } from '../services.js'

/** What the contract of a service says of a method, when it is known. */
export function methodOf({ contract }: Service, method: string): MethodSpec | undefined {
  return contract !== null && Object.hasOwn(contract.methods, method) ? contract.methods[method] : undefined
}

/** The methods of a service that can be called with one question and one answer, by name; streams cannot. */
export function callableMethods({ contract }: Service): readonly (readonly [name: string, spec: MethodSpec])[] {
  return Object.entries(contract?.methods ?? {}).filter(([, { kind }]) => kind === 'method')
}
