import { factsOfTarget } from '../../actors/facade/facts.js'
import { isReference, targetOf } from '../../actors/facade/references.js'
import { createRemote, partsOf } from '../../actors/facade/remote.js'
import { type Binding, factsOf } from '../../actors/kernel/binding.js'
import type { Target } from '../../actors/kernel/ports.js'
import { type Handles, RichError } from '../../client/protocol/rich-limits.js'
import type { Offering } from './offering.js'
import type { Outsider } from './outsider.js'
import type { Roster } from './roster.js'

/** Actors that one client may have been handed at a time; those handed first are forgotten first. */
const MAX_HANDED = 10_000

/** Whom one client may speak to: those offered to all, and those that were handed to it as values. */
export class Acquaintances {
  readonly #outsider: Outsider
  readonly #roster: Roster
  readonly #offering: Offering
  readonly #handed = new Map<string, Target>()

  constructor(outsider: Outsider, roster: Roster, offering: Offering) {
    this.#outsider = outsider
    this.#roster = roster
    this.#offering = offering
  }

  find(id: string): Target | undefined {
    return this.#roster.target(id) ?? this.#handed.get(id)
  }

  /** A Remote of the client's own actor. */
  remote(target: Target): object {
    const { core, life } = this.#outsider
    return createRemote({ core, life, target, contract: null, options: null })
  }

  /** How Remotes and bindings travel to the client and back. */
  get handles(): Handles {
    return { write: (value) => (isReference(value) ? this.#hand(value) : undefined), read: (note) => this.#read(note) }
  }

  #hand(value: object): object {
    const { core } = this.#outsider
    const target = partsOf(value)?.target ?? targetOf(core, factsOf(value as Binding))
    const facts = factsOfTarget(core, target)
    this.#handed.delete(facts.id)
    this.#handed.set(facts.id, target)
    const [oldest] = this.#handed.keys()
    if (this.#handed.size > MAX_HANDED && oldest !== undefined) this.#handed.delete(oldest)
    return this.#offering.offerOf(facts, target)
  }

  #read(note: unknown): object {
    const target = typeof note === 'string' ? this.find(note) : undefined
    if (target === undefined) throw new RichError('a Remote of an actor that is not offered here')
    return this.remote(target)
  }
}
