import type { Contract, ContractSpec } from '../contract.js'
import { quote } from '../quote.js'
import { checkClientName } from '../service-name.js'
import { partsOf } from './remote.js'

/** What a lookup looks for. */
export interface Quest {
  readonly name: string
  /** One very actor; the name is then only for messages. */
  readonly id: string | undefined
  readonly contract: ContractSpec | null
}

/**
 * Reads a target: a contract, definition, binding, Remote, name, or `{ contract?, name? }`.
 *
 * @throws TypeError when it is none of these
 */
export function readQuest(target: unknown, action: string): Quest {
  if (typeof target === 'string') return byName(target, null, action)
  const parts = partsOf(target)
  if (parts !== undefined) return { name: parts.target.name, id: parts.target.id, contract: parts.contract }
  if (typeof target !== 'object' || target === null) throw notTarget(target, action)
  const given = target as { kind?: unknown; name?: unknown; id?: unknown; contract?: unknown }
  switch (given.kind) {
    case 'contract':
      return byName((target as Contract).name, (target as Contract)['~spec'], action)
    case 'service':
    case 'actor':
      return byDefinition(target as DefinitionLike, action)
    case 'binding':
      return { name: String(given.name), id: String(given.id), contract: null }
    default:
      return byWhere(given, action)
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
  return { name: checked, id: undefined, contract }
}

function byDefinition(definition: DefinitionLike, action: string): Quest {
  if (definition.light === true)
    throw new TypeError(`${action}: a light actor has no name and is registered nowhere; keep the Remote that spawn returns`)
  return byName(definition.name, definition.contract?.['~spec'] ?? null, action)
}

const WHERE_KEYS: ReadonlySet<string> = new Set(['contract', 'name'])

function byWhere(where: { name?: unknown; contract?: unknown }, action: string): Quest {
  const unknown = Object.keys(where).find((key) => !WHERE_KEYS.has(key))
  if (unknown !== undefined)
    throw new TypeError(`${action}: unknown key "${unknown}" in the target; known are ${[...WHERE_KEYS].join(', ')}`)
  const contract = where.contract as Contract | undefined
  const name = where.name ?? contract?.name
  if (name === undefined) throw notTarget(where, action)
  return byName(name, contract?.['~spec'] ?? null, action)
}

function notTarget(target: unknown, action: string): TypeError {
  return new TypeError(`${action}: target is ${quote(target)}; give a contract, a definition, a binding, a name or { name }`)
}

export function printQuest(quest: Quest): string {
  return quest.id === undefined ? `service "${quest.name}"` : `actor ${quest.id}`
}
