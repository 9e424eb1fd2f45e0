import { type ActorFacts, addressOf } from '../actors/kernel/binding.js'
import type { Wanted } from '../actors/kernel/visibility.js'
import type { ActorId, ThreadKey } from '../base/ids.js'

/** Tells whether a service is one of those that are wanted. */
export function fits(facts: ActorFacts, { name, group, id, address }: Wanted): boolean {
  if (name !== undefined && facts.name !== name) return false
  if (id !== undefined && facts.id !== id) return false
  if (group !== undefined && !facts.groups.includes(group)) return false
  return address === undefined || addressOf(facts) === address
}

/** The services under one key: the service itself while it is the only one, which most are. */
type Bucket = ActorId | Set<ActorId>

/**
 * The services that a thread knows of and the groups they are in, in the order in which it came to know them. Pure state. The facts of a
 * service are replaced as a whole when it joins or leaves a group.
 *
 * - **Cost**: constant for finding by name, group or id.
 */
export class Registry {
  readonly #byId = new Map<ActorId, ActorFacts>()
  readonly #byName = new Map<string, Bucket>()
  readonly #byGroup = new Map<string, Bucket>()

  get size(): number {
    return this.#byId.size
  }

  /** False when it is there already. */
  add(facts: ActorFacts): boolean {
    const { id } = facts
    if (this.#byId.has(id)) return false
    this.#byId.set(id, facts)
    put(this.#byName, facts.name, id)
    for (const group of facts.groups) put(this.#byGroup, group, id)
    return true
  }

  /** What was taken out; `undefined` when it was not there. */
  remove(id: ActorId): ActorFacts | undefined {
    const facts = this.#byId.get(id)
    if (facts === undefined) return undefined
    this.#byId.delete(id)
    take(this.#byName, facts.name, id)
    for (const group of facts.groups) take(this.#byGroup, group, id)
    return facts
  }

  /** The facts afterwards; `undefined` when it is not there or is in the group already. */
  join(id: ActorId, group: string): ActorFacts | undefined {
    const facts = this.#byId.get(id)
    if (facts === undefined || facts.groups.includes(group)) return undefined
    put(this.#byGroup, group, id)
    return this.#replace(facts, [...facts.groups, group])
  }

  /** The facts afterwards; `undefined` when it is not there or not in the group. */
  leave(id: ActorId, group: string): ActorFacts | undefined {
    const facts = this.#byId.get(id)
    if (facts === undefined || !facts.groups.includes(group)) return undefined
    take(this.#byGroup, group, id)
    return this.#replace(
      facts,
      facts.groups.filter((one) => one !== group),
    )
  }

  byId(id: string): ActorFacts | undefined {
    return this.#byId.get(id as ActorId)
  }

  /** The one that has been known the longest of those that are wanted. */
  first(wanted: Wanted): ActorFacts | undefined {
    const { id, name, group } = wanted
    if (id === undefined && name !== undefined) return this.#firstIn(this.#byName.get(name), wanted)
    if (id === undefined && group !== undefined) return this.#firstIn(this.#byGroup.get(group), wanted)
    for (const facts of this.#candidates(wanted)) if (fits(facts, wanted)) return facts
    return undefined
  }

  /** Those that are wanted, in order. */
  *all(wanted: Wanted): Iterable<ActorFacts> {
    for (const facts of this.#candidates(wanted)) if (fits(facts, wanted)) yield facts
  }

  /** Those of some threads, in order. */
  ofThreads(isOne: (thread: ThreadKey) => boolean): readonly ActorFacts[] {
    return [...this.#byId.values()].filter(({ thread }) => isOne(thread))
  }

  #firstIn(bucket: Bucket | undefined, wanted: Wanted): ActorFacts | undefined {
    if (typeof bucket === 'string') {
      const facts = this.#byId.get(bucket) as ActorFacts
      return fits(facts, wanted) ? facts : undefined
    }
    for (const facts of this.#factsOf(bucket)) if (fits(facts, wanted)) return facts
    return undefined
  }

  #candidates({ id, name, group }: Wanted): Iterable<ActorFacts> {
    if (id !== undefined) return this.#factsOf(this.#byId.has(id as ActorId) ? (id as ActorId) : undefined)
    if (name !== undefined) return this.#factsOf(this.#byName.get(name))
    return group === undefined ? this.#byId.values() : this.#factsOf(this.#byGroup.get(group))
  }

  *#factsOf(bucket: Bucket | undefined): Iterable<ActorFacts> {
    const ids = typeof bucket === 'string' ? [bucket] : (bucket ?? [])
    for (const id of ids) yield this.#byId.get(id) as ActorFacts
  }

  #replace(facts: ActorFacts, groups: readonly string[]): ActorFacts {
    const { id, name, audience, process, thread, cell, streams, supervisor } = facts
    const after = { id, name, audience, groups, process, thread, cell, streams, supervisor }
    this.#byId.set(id, after)
    return after
  }
}

function put(buckets: Map<string, Bucket>, key: string, id: ActorId): void {
  const bucket = buckets.get(key)
  if (bucket === undefined) buckets.set(key, id)
  else if (typeof bucket === 'string') buckets.set(key, new Set([bucket, id]))
  else bucket.add(id)
}

function take(buckets: Map<string, Bucket>, key: string, id: ActorId): void {
  const bucket = buckets.get(key)
  if (bucket === id) buckets.delete(key)
  else if (bucket instanceof Set) {
    bucket.delete(id)
    if (bucket.size === 0) buckets.delete(key)
  }
}
