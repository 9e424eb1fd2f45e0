import type { Select } from '../../actors/agent-type.js'
import type { ContractSpec } from '../../actors/contract.js'
import { quote } from '../../actors/quote.js'
import { checkServiceName } from '../../actors/service-name.js'
import { oneOf, type Rules, readOptions } from '../option-rules.js'
import type { Wanted } from './mirror.js'
import { partsOf } from './remote.js'

/** What somebody looks for. */
export interface Quest {
  readonly wanted: Wanted
  readonly spec: ContractSpec | null
  readonly select: Select
}

type Fields = Readonly<Record<string, unknown>>

const KEYS: ReadonlySet<string> = new Set(['contract', 'name', 'group', 'address', 'select'])

/**
 * Reads a target: a contract, definition, binding, Remote, name, or `{ contract?, name?, group?, address?, select? }`.
 *
 * @throws TypeError when it is none of these
 */
export function readQuest(target: unknown, action: string): Quest {
  const quest = readFilter(target, action)
  if (Object.values(quest.wanted).some((value) => value !== undefined)) return quest
  throw notTarget(target, action)
}

/**
 * Reads a filter: as a target, and `{}` for everything.
 *
 * @throws TypeError when a key or value is none of a filter
 */
export function readFilter(target: unknown, action: string): Quest {
  if (typeof target === 'string') return { wanted: { name: checkServiceName(target, action) }, spec: null, select: 'first' }
  if (typeof target !== 'object' || target === null) throw notTarget(target, action)
  const parts = partsOf(target)
  if (parts !== undefined) return { wanted: parts.wanted, spec: parts.spec, select: parts.select }
  const given = target as Fields
  switch (given['kind']) {
    case 'contract':
      return { wanted: { name: checkServiceName(given['name'], action) }, spec: specOf(given), select: 'first' }
    case 'service':
      return { wanted: { name: checkServiceName(given['name'], action) }, spec: specOf(given['contract']), select: 'first' }
    case 'binding':
      return { wanted: { id: checkServiceName(given['id'], `${action}: id`) }, spec: null, select: 'first' }
    case undefined:
      return byWhere(given, action)
    default:
      throw notTarget(target, action)
  }
}

function byWhere(where: Fields, action: string): Quest {
  const unknown = Object.keys(where).find((key) => !KEYS.has(key))
  if (unknown !== undefined) throw new TypeError(`${action}: unknown key "${unknown}" in the target; known are ${[...KEYS].join(', ')}`)
  const { contract, group, address } = where
  const isAlone = group === undefined && address === undefined
  const name = where['name'] ?? (isAlone ? (contract as Fields | undefined)?.['name'] : undefined)
  const wanted = {
    name: textOf(name, action),
    group: textOf(group, `${action}: group`),
    address: textOf(address, `${action}: address`),
  }
  return { wanted, spec: specOf(contract), select: readSelect({ select: where['select'] }, action) ?? 'first' }
}

const NAMED = oneOf('first', 'random', 'round-robin')
const SELECT_RULES: Rules = {
  select: [
    "'first', 'random', 'round-robin' or { sticky: key } with a string as key",
    (value) => NAMED[1](value) || typeof (value as { readonly sticky?: unknown } | null)?.sticky === 'string',
  ],
}

/**
 * Which of several services the options of a client say.
 *
 * @throws TypeError for an option that is wrong
 */
export function readSelect(options: unknown, action: string): Select | undefined {
  return readOptions(options, SELECT_RULES, action)['select'] as Select | undefined
}

function specOf(contract: unknown): ContractSpec | null {
  return ((contract as Fields | undefined)?.['~spec'] as ContractSpec | undefined) ?? null
}

function textOf(value: unknown, action: string): string | undefined {
  return value === undefined ? undefined : checkServiceName(value, action)
}

function notTarget(target: unknown, action: string): TypeError {
  return new TypeError(
    `${action}: target is ${quote(target)}; give a contract, a definition, a binding, a name or { name, group, address }`,
  )
}
