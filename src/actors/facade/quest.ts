import type { Select } from '../agent-type.js'
import type { Contract, ContractSpec } from '../contract.js'
import type { Wanted } from '../kernel/visibility.js'
import { clientOptions, parseOptions } from '../options.js'
import { quote } from '../quote.js'
import { checkClientName, checkServiceName } from '../service-name.js'
import { clientOf, partsOf } from './remote.js'

/** What somebody looks for. */
export interface Quest {
  readonly wanted: Wanted
  readonly contract: ContractSpec | null
  /** Which of several; only `{ select }` says. */
  readonly select?: Select | undefined
}

/**
 * Reads a target: a contract, definition, binding, Remote, name, or `{ contract?, name?, group?, address? }`.
 *
 * @throws TypeError when it is none of these
 */
export function readQuest(target: unknown, action: string): Quest {
  if (typeof target === 'string') return byName(target, null, action)
  const parts = partsOf(target)
  if (parts !== undefined) return { wanted: { id: parts.target.id }, contract: parts.contract }
  const client = clientOf(target)
  if (client !== undefined) return { wanted: client.wanted, contract: null }
  if (typeof target !== 'object' || target === null) throw notTarget(target, action)
  const given = target as { kind?: unknown; name?: unknown; id?: unknown }
  switch (given.kind) {
    case 'contract':
      return byName((target as Contract).name, (target as Contract)['~spec'], action)
    case 'service':
    case 'actor':
      return byDefinition(target as DefinitionLike, action)
    case 'binding':
      return { wanted: { id: String(given.id) }, contract: null }
    default:
      return byWhere(target, action)
  }
}

interface DefinitionLike {
  readonly name: string
  readonly light?: boolean
  readonly contract?: Contract | undefined
}

function byName(name: unknown, contract: ContractSpec | null, action: string): Quest {
  const checked = checkClientName(name, action)
  if (checked === '') throw new TypeError(`${action}: name is ""; a nameless service is found by its binding, not by name`)
  return { wanted: { name: checked }, contract }
}

function byDefinition(definition: DefinitionLike, action: string): Quest {
  if (definition.light === true)
    throw new TypeError(`${action}: a light actor has no name and is registered nowhere; keep the Remote that spawn returns`)
  return byName(definition.name, definition.contract?.['~spec'] ?? null, action)
}

const WHERE_KEYS: ReadonlySet<string> = new Set(['contract', 'name', 'group', 'address', 'select'])

interface WhereLike {
  readonly contract?: Contract
  readonly name?: unknown
  readonly group?: unknown
  readonly address?: unknown
  readonly select?: unknown
}

function byWhere(where: WhereLike, action: string): Quest {
  const wanted = readWhere(where, action)
  if (Object.keys(wanted).length === 0) throw notTarget(where, action)
  const { select } = where
  return {
    wanted,
    contract: where.contract?.['~spec'] ?? null,
    select: select === undefined ? undefined : parseOptions(clientOptions, { select }, action).select,
  }
}

/**
 * Reads a filter: as a target, and `{}` for everything.
 *
 * @throws TypeError when a key or value is none of a filter
 */
export function readFilter(filter: unknown, action: string): Wanted {
  const parts = partsOf(filter)
  if (parts !== undefined) return { id: parts.target.id }
  if (typeof filter !== 'object' || filter === null) throw notTarget(filter, action)
  return 'kind' in filter ? readQuest(filter, action).wanted : readWhere(filter, action)
}

function readWhere(where: WhereLike, action: string): Wanted {
  const unknown = Object.keys(where).find((key) => !WHERE_KEYS.has(key))
  if (unknown !== undefined)
    throw new TypeError(`${action}: unknown key "${unknown}" in the target; known are ${[...WHERE_KEYS].join(', ')}`)
  const { contract, group, address } = where
  // A contract alone stands for its own name; beside a group or an address it only gives the types.
  const name = where.name ?? (group === undefined && address === undefined ? contract?.name : undefined)
  return {
    ...(name === undefined ? {} : { name: checkServiceName(name, action) }),
    ...(group === undefined ? {} : { group: checkServiceName(group, `${action}: group`) }),
    ...(address === undefined ? {} : { address: checkServiceName(address, `${action}: address`) }),
  }
}

function notTarget(target: unknown, action: string): TypeError {
  return new TypeError(
    `${action}: target is ${quote(target)}; give a contract, a definition, a binding, a name or { name, group, address }`,
  )
}
