import type { ContractSpec } from '../actors/contract.js'
import { factsOfTarget } from '../actors/facade/facts.js'
import { isThere } from '../actors/finding/client.js'
import type { ActorFacts } from '../actors/kernel/binding.js'
import type { Core } from '../actors/kernel/core.js'
import type { Target } from '../actors/kernel/ports.js'
import type { Wanted } from '../actors/kernel/visibility.js'
import type { Selection } from './selection.js'

/** A service that can be called from outside. */
export interface Service {
  readonly name: string
  /** Of several with one name the one known the longest. */
  readonly target: Target
  /** `null`: it has none, or none that is known here. */
  readonly contract: ContractSpec | null
}

/** Contracts by their names. */
export type Contracts = ReadonlyMap<string, ContractSpec>

/** The services of a selection, as this thread knows them now. */
export class Services {
  readonly #core: Core

  constructor(core: Core) {
    this.#core = core
  }

  /** The service of a name; `''` for a selection of one. */
  find(selection: Selection, name: string, contracts: Contracts): Service | undefined {
    const target = this.#pick(selection, name)
    if (target === undefined) return undefined
    const own = this.#facts(target).name
    return { name: own, target, contract: contractOf(target, own, contracts) }
  }

  /** All of them, in the order of their names. */
  all(selection: Selection, contracts: Contracts): readonly Service[] {
    const wanted = 'registry' in selection ? {} : selection
    const found = this.#core.directory
      .findAll(wanted)
      .filter((target) => !('registry' in selection) || this.#isIn(target, selection.registry))
    const names = new Set(found.map((target) => this.#facts(target).name).filter((name) => name !== ''))
    const services = [...names].map((name) => this.find(selection, 'registry' in selection || 'group' in selection ? name : '', contracts))
    return services.filter((service) => service !== undefined).sort((one, other) => (one.name < other.name ? -1 : 1))
  }

  /** One that takes messages, if there is one. */
  #pick(selection: Selection, name: string): Target | undefined {
    const { directory } = this.#core
    if ('registry' in selection && selection.registry !== '*') {
      const all = directory.findAll({ name }).filter((target) => this.#isIn(target, selection.registry))
      return all.find(isThere) ?? all[0]
    }
    const wanted = wantedOf(selection, name)
    const first = directory.find(wanted)
    return first === undefined || isThere(first) ? first : (directory.findAll(wanted).find(isThere) ?? first)
  }

  #isIn(target: Target, registry: string): boolean {
    if (registry === '*') return true
    const { audience, process } = this.#facts(target)
    return registry === '' ? process === this.#core.options.process : audience === registry
  }

  #facts(target: Target): ActorFacts {
    return factsOfTarget(this.#core, target)
  }
}

function wantedOf(selection: Selection, name: string): Wanted {
  if ('registry' in selection) return { name }
  return 'group' in selection ? { group: selection.group, name } : selection
}

/**
 * That of its definition, which is known of what lives on this thread or was spawned from here; else the one given under its name. A definition of
 * that name here proves nothing: services can be renamed, and others have the same name.
 */
export function contractOf(target: Target, name: string, contracts: Contracts): ContractSpec | null {
  const definition = target.far ? target.definition : target.spec.definition
  return definition?.contract?.['~spec'] ?? contracts.get(name) ?? null
}
