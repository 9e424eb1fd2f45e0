import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Contract, ContractSpec } from '../contract.js'
import type { DefinitionRecord } from '../definition.js'
import { Binding } from '../kernel/binding.js'
import { quote } from '../quote.js'
import type { Carrier, Remote, RemoteOf, Untyped } from '../remote-type.js'
import type { Schema } from '../schema.js'
import { partsOf } from './remote.js'

type Result = StandardSchemaV1.Result<Untyped>

/**
 * The schema of a `Remote`, for contracts. With a contract, or a service made of one, it refuses a Remote that is known to be of another
 * contract; one that arrives without a known contract is called by this one's deadlines. With an interface alone any Remote will do: for
 * contracts that name each other.
 *
 * - **Ownership**: the receiver gets a Remote of its own; of a binding, too.
 * - **Errors**: TypeError for what is neither a contract nor a service.
 *
 * @example
 * ```ts
 * interface Room {
 *   say(who: string, text: string): void
 * }
 * const MemberApi = contract('member', { methods: { joined: method([remote<Room>()]) } })
 * const RoomApi = contract('room', { methods: { join: method([z.string(), remote(MemberApi)]) } })
 * ```
 */
export function remote<F, R, E>(
  of: Carrier<F, R, E> & { readonly kind: 'contract' | 'service' },
): Schema<RemoteOf<F, R, E>, RemoteOf<F, R, E>>
export function remote<T = Untyped>(): Schema<Remote<T>, Remote<T>>
export function remote(...of: readonly unknown[]): Schema<Untyped, Untyped> & { readonly '~contract': ContractSpec | null } {
  const contract = of.length === 0 ? null : contractOf(of[0])
  return Object.freeze({
    '~standard': Object.freeze({ version: 1, vendor: 'troupe', validate: (value: unknown) => validate(value, contract) }),
    '~contract': contract,
  })
}

function contractOf(of: unknown): ContractSpec | null {
  const given = of as Contract | DefinitionRecord | undefined | null
  if (typeof given === 'object' && given?.kind === 'contract') return given['~spec']
  if (typeof given === 'object' && given?.kind === 'service') return given.contract?.['~spec'] ?? null
  throw new TypeError(`remote(): ${quote(of)} is no contract; give what contract() or service() returns, or nothing: remote<Interface>()`)
}

function validate(value: unknown, wanted: ContractSpec | null): Result {
  if (value instanceof Binding) return { value }
  const parts = partsOf(value)
  const what = wanted === null ? 'expected a Remote' : `expected a Remote of service ${quote(wanted.name)}`
  if (parts === undefined) return issue(`${what}, such as lookup() gives`)
  const known = parts.contract
  if (wanted === null || known === null || known === wanted || known.name === wanted.name) return { value }
  return issue(`${what}, received one of ${quote(known.name)}`)
}

function issue(message: string): Result {
  return { issues: [{ message }] }
}
