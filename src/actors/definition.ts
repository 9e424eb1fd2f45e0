/** Definitions as the runtime sees them, and the registry in which other threads find them. */

import type { DefinitionOptions } from './actor-options.js'
import type { Contract } from './contract.js'
import { quote } from './quote.js'

/** `setup` with its types forgotten. */
export type Setup = (self: unknown, init: unknown) => unknown

/** The function of a task with its types forgotten. */
export type TaskFunction = (...args: readonly unknown[]) => unknown

/** A definition as the runtime sees it; frozen. */
export interface DefinitionRecord {
  readonly kind: 'service' | 'actor' | 'task'
  /** Nameless and never registered; lives in its parent's thread. */
  readonly light: boolean
  /** Finds it on other threads; light actors have none. */
  readonly key: string | undefined
  /** The module to import for it, as that module names itself. */
  readonly moduleUrl: string | undefined
  readonly name: string
  readonly contract: Contract | undefined
  readonly options: DefinitionOptions
  readonly setup: Setup | undefined
  readonly run: TaskFunction | undefined
}

/** The module that a definition is made in. */
export interface DefiningModule {
  readonly url: string
}

/** The parts of a definition that differ from those of a light actor without a setup. */
export type DefinitionParts = Pick<DefinitionRecord, 'kind' | 'name'> & Partial<DefinitionRecord>

/** How many definitions of one kind and name a module may make: more come from code that defines per call and would leak. */
export const MAX_EQUALS = 10_000

const NO_OPTIONS: DefinitionOptions = Object.freeze({})

/** A definition that no other thread can find. */
export function unregistered(parts: DefinitionParts): DefinitionRecord {
  const blank = {
    light: true,
    key: undefined,
    moduleUrl: undefined,
    contract: undefined,
    options: NO_OPTIONS,
    setup: undefined,
    run: undefined,
  }
  return Object.freeze({ ...blank, ...parts })
}

/**
 * A definition that every thread finds by its key: module, kind, name, and position among equals in that module.
 *
 * Positions are counted for each `import.meta`, so a module that is evaluated again (a test runner that resets modules, a bundler's
 * `?t=…`) gets the same keys again and its newest definitions are the ones found.
 *
 * - **Errors**: Error after `MAX_EQUALS` equals.
 */
export function registered(module: DefiningModule, parts: DefinitionParts): DefinitionRecord {
  const label = `${parts.kind}:${parts.name}`
  const position = nextPosition(module, label)
  if (position >= MAX_EQUALS) {
    const advice = 'make definitions while the module loads, not in a function that is called again and again'
    throw new Error(`${parts.kind}(${quote(parts.name)}): this module has made ${MAX_EQUALS} of that name; ${advice}`)
  }
  const key = `${bareUrl(module.url)}#${label}#${position}`
  const record = unregistered({ ...parts, light: false, key, moduleUrl: module.url })
  definitions().set(key, record)
  return record
}

/** The definition that other threads know by this key, if its module has been loaded here. */
export function findDefinition(key: string): DefinitionRecord | undefined {
  return definitions().get(key)
}

/** What a module has defined here, in the order of its source; a query or hash in the URL does not matter. */
export function definitionsOf(moduleUrl: string): readonly DefinitionRecord[] {
  const module = bareUrl(moduleUrl)
  return [...definitions().values()].filter((record) => record.moduleUrl !== undefined && bareUrl(record.moduleUrl) === module)
}

/**
 * The record of a definition that a program passes to `spawn` or `pool`; definitions of another copy of the package count.
 *
 * - **Errors**: TypeError that begins with `action` for anything else.
 */
export function definitionRecord(value: unknown, action: string): DefinitionRecord {
  const record = value as DefinitionRecord | undefined | null
  if (typeof record === 'object' && typeof record?.setup === 'function' && typeof record.light === 'boolean') return record
  throw new TypeError(`${action}: definition is ${quote(value)}; give what service() or actor() returns`)
}

/**
 * The record of a task that a program passes to `offload`; tasks of another copy of the package count.
 *
 * - **Errors**: TypeError that begins with `action` for anything else.
 */
export function taskRecord(value: unknown, action: string): DefinitionRecord {
  const record = value as DefinitionRecord | undefined | null
  if (typeof record === 'object' && record?.kind === 'task' && typeof record.run === 'function' && record.key !== undefined) return record
  throw new TypeError(`${action}: task is ${quote(value)}; give what task(import.meta, name, fn) returns`)
}

function nextPosition(module: DefiningModule, label: string): number {
  const counts = perThread('troupe.definition-counts', () => new WeakMap<DefiningModule, Map<string, number>>())
  const ofModule = counts.get(module) ?? new Map<string, number>()
  const position = ofModule.get(label) ?? 0
  counts.set(module, ofModule.set(label, position + 1))
  return position
}

function definitions(): Map<string, DefinitionRecord> {
  return perThread('troupe.definitions', () => new Map<string, DefinitionRecord>())
}

/** A value that all copies of this package in a thread have in common. */
function perThread<T>(name: string, create: () => T): T {
  const values = globalThis as unknown as Record<symbol, T | undefined>
  const key = Symbol.for(name)
  values[key] ??= create()
  return values[key] as T
}

function bareUrl(url: string): string {
  return url.replace(/[?#].*$/s, '')
}
