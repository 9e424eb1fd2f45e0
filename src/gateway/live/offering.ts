import { type ActorFacts, addressOf } from '../../actors/kernel/binding.js'
import type { Core } from '../../actors/kernel/core.js'
import type { Target } from '../../actors/kernel/ports.js'
import type { Wanted } from '../../actors/kernel/visibility.js'
import { abroadOf, isAbroad } from '../../base/ids.js'
import type { Offer, WireWhere } from '../../client/protocol/frames.js'
import type { Selection } from '../selection.js'
import { type Contracts, contractOf } from '../services.js'

/** Which services a mount offers to those who are connected, and what they are told of each. */
export class Offering {
  readonly #core: Core
  readonly #selection: Selection
  readonly #contracts: Contracts

  constructor(core: Core, selection: Selection, contracts: Contracts) {
    this.#core = core
    this.#selection = selection
    this.#contracts = contracts
  }

  includes(facts: Pick<ActorFacts, 'name' | 'groups' | 'process' | 'audience'>, address: string): boolean {
    const chosen = this.#selection
    if ('group' in chosen) return facts.groups.includes(chosen.group)
    if ('name' in chosen) return facts.name === chosen.name
    if ('address' in chosen) return address === chosen.address
    if (chosen.registry === '*') return true
    return chosen.registry === '' ? facts.process === this.#core.options.process : facts.audience === chosen.registry
  }

  includesFacts(facts: ActorFacts): boolean {
    return this.includes(facts, addressOf(facts))
  }

  /** What is asked for, made narrower where the directory can do so; `undefined` when none of it can be offered. */
  narrow(where: WireWhere): Wanted | undefined {
    const narrowed = this.#narrow(where)
    return narrowed === undefined ? undefined : Object.fromEntries(Object.entries(narrowed).filter(([, value]) => value !== undefined))
  }

  #narrow({ name, group, address }: WireWhere): Wanted | undefined {
    const chosen = this.#selection
    if ('group' in chosen) return { name, address, group: group ?? chosen.group }
    if ('name' in chosen) return name === undefined || name === chosen.name ? { group, address, name: chosen.name } : undefined
    if ('address' in chosen)
      return address === undefined || address === chosen.address ? { name, group, address: chosen.address } : undefined
    return { name, group, address }
  }

  offerOf(facts: ActorFacts, target: Target | undefined): Offer {
    const { id, name, audience, groups, process, thread, streams } = facts
    const exchangeGroup = isAbroad(thread) ? abroadOf(thread).group : ''
    const contract = target === undefined ? null : contractOf(target, name, this.#contracts)
    const limited = Object.entries(contract?.methods ?? {}).flatMap(([method, { timeoutMs }]) =>
      timeoutMs === undefined ? [] : [[method, timeoutMs === Number.POSITIVE_INFINITY ? null : timeoutMs] as const],
    )
    const common = { id, name, audience, groups, process, exchangeGroup, address: addressOf(facts) }
    return { ...common, streams: streams ?? [], timeouts: Object.fromEntries(limited) }
  }
}
