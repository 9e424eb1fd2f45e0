/** What programs define actors with. */

import type { DefinitionOptions } from './actor-options.js'
import type { Contract } from './contract.js'
import { type DefiningModule, type DefinitionRecord, registered, type Setup, type TaskFunction, unregistered } from './definition.js'
import type { ActorDefinition, Definition, Exported, Functions, Handlers, Task } from './definition-type.js'
import { definitionOptions, parseOptions } from './options.js'
import { quote } from './quote.js'
import type { Nothing } from './remote-type.js'
import type { FreeSelf, SelfOf } from './self-type.js'
import { checkClientName, checkServiceName } from './service-name.js'

type SetupOf<S, I, H> = (self: S, init: I) => H | Promise<H>
type FreeDefinition<H, I, Kind extends 'service' | 'actor'> = Definition<Exported<H>, Record<string, unknown>, Nothing, I, Kind>

/**
 * Defines a service. `setup` runs once per start and restart; its closure is the actor's state, and what it returns are the methods.
 * With a plain name instead of a contract, types come from what `setup` returns; `''` makes the anonymous client.
 * Define services while their module loads: other threads load it to find them.
 *
 * - **Errors**: TypeError for a wrong argument or option, which it names.
 *
 * @example
 * ```ts
 * export const MathService = service(import.meta, MathApi, { audience: '*' }, (self, init: { limit: number }) => ({
 *   multiply(x, y) {
 *     if (x * y > init.limit) throw self.failure('Overflow', { limit: init.limit })
 *     return x * y
 *   },
 * }))
 * ```
 */
export function service<F, R, E, I = void>(
  meta: ImportMeta,
  contract: Contract<string, F, R, E>,
  setup: SetupOf<SelfOf<F, R, E>, I, Handlers<F>>,
): Definition<F, R, E, I>
export function service<F, R, E, I = void>(
  meta: ImportMeta,
  contract: Contract<string, F, R, E>,
  options: DefinitionOptions,
  setup: SetupOf<SelfOf<F, R, E>, I, Handlers<F>>,
): Definition<F, R, E, I>
export function service<H extends Functions<H> | void, I = void>(
  meta: ImportMeta,
  name: string,
  setup: SetupOf<FreeSelf, I, H>,
): FreeDefinition<H, I, 'service'>
export function service<H extends Functions<H> | void, I = void>(
  meta: ImportMeta,
  name: string,
  options: DefinitionOptions,
  setup: SetupOf<FreeSelf, I, H>,
): FreeDefinition<H, I, 'service'>
export function service(meta: unknown, contractOrName: unknown, ...rest: readonly unknown[]): unknown {
  const module = checkMeta(meta, 'service', contractOrName)
  const contract = asContract(contractOrName)
  const name = contract?.name ?? checkClientName(contractOrName, 'service()')
  const action = `service(${quote(name)})`
  return registered(module, { kind: 'service', name, contract, ...optionsAndSetup(rest, action) })
}

/**
 * Defines an actor that is not registered. With `setup` alone it is light: a nameless child that may close over local variables
 * and lives in its parent's thread. With a name it can live on other threads; the name finds the definition and labels its logs.
 *
 * - **Errors**: TypeError for a wrong argument or option, which it names.
 * - **Cost**: a light actor is registered nowhere; a million of them are fine.
 *
 * @example
 * ```ts
 * const Counter = actor((self, init: { from: number }) => {
 *   let count = init.from
 *   return { add: (by: number) => (count += by) }
 * })
 * ```
 */
export function actor<H extends Functions<H> | void, I = void>(setup: SetupOf<FreeSelf, I, H>): ActorDefinition<Exported<H>, I>
export function actor<H extends Functions<H> | void, I = void>(
  meta: ImportMeta,
  name: string,
  setup: SetupOf<FreeSelf, I, H>,
): FreeDefinition<H, I, 'actor'>
export function actor<H extends Functions<H> | void, I = void>(
  meta: ImportMeta,
  name: string,
  options: DefinitionOptions,
  setup: SetupOf<FreeSelf, I, H>,
): FreeDefinition<H, I, 'actor'>
export function actor(metaOrSetup: unknown, ...rest: readonly unknown[]): unknown {
  if (rest.length === 0) return unregistered({ kind: 'actor', name: '', setup: checkFunction<Setup>(metaOrSetup, 'actor(): setup') })
  const module = checkMeta(metaOrSetup, 'actor', rest[0])
  const name = checkServiceName(rest[0], 'actor()')
  const action = `actor(${quote(name)})`
  return registered(module, { kind: 'actor', name, ...optionsAndSetup(rest.slice(1), action) })
}

/**
 * Names a function, so that other threads can run it.
 *
 * @example
 * ```ts
 * export const hash = task(import.meta, 'hash', (text: string) => createHash('sha256').update(text).digest('hex'))
 * ```
 */
export function task<A extends readonly unknown[], Result>(meta: ImportMeta, name: string, run: (...args: A) => Result): Task<A, Result>
export function task(meta: unknown, name: unknown, run: unknown): unknown {
  const module = checkMeta(meta, 'task', name)
  const checked = checkServiceName(name, 'task()')
  const action = `task(${quote(checked)})`
  return registered(module, { kind: 'task', name: checked, run: checkFunction<TaskFunction>(run, `${action}: function`) })
}

function asContract(value: unknown): Contract | undefined {
  if (typeof value === 'string') return undefined
  const contract = value as Partial<Contract> | undefined | null
  if (typeof contract === 'object' && contract?.kind === 'contract' && contract['~spec'] !== undefined) return contract as Contract
  throw new TypeError(`service(): second argument is ${quote(value)}; give a contract or a name`)
}

/** Before anything else: who forgets it has given the rest one place too early. `what` is the contract or the name that comes next. */
function checkMeta(value: unknown, verb: string, what: unknown): DefiningModule {
  const meta = value as Partial<DefiningModule> | undefined | null
  if (typeof meta === 'object' && typeof meta?.url === 'string' && /^[a-z][a-z\d+.-]+:/i.test(meta.url)) return meta as DefiningModule
  const name = typeof what === 'object' && what !== null ? (what as Partial<Contract>).name : what
  const action = `${verb}(${typeof name === 'string' ? quote(name) : ''})`
  const advice = 'give import.meta of an ES module (a bundle must be in ESM format)'
  throw new TypeError(`${action}: first argument is ${quote(value)}, without the URL of a module; ${advice}`)
}

function optionsAndSetup(rest: readonly unknown[], action: string): Pick<DefinitionRecord, 'options' | 'setup'> {
  const [options, setup] = rest.length < 2 ? [undefined, rest[0]] : rest
  return { options: parseOptions(definitionOptions, options, action), setup: checkFunction<Setup>(setup, `${action}: setup`) }
}

function checkFunction<T>(value: unknown, what: string): T {
  if (typeof value === 'function') return value as T
  throw new TypeError(`${what} is ${value === undefined ? 'missing' : quote(value)}; give a function`)
}
