import { type ActorFacts, addressOf } from '../actors/kernel/binding.js'
import type { Wanted } from '../actors/kernel/visibility.js'
import type { ActorId, ThreadKey } from '../base/ids.js'

/** One service as a thread knows it; its facts are replaced as a whole when it joins or leaves a group. */
class Entry {
  facts: ActorFacts

  constructor(facts: ActorFacts) {
    this.facts = facts
  }
}

const NONE: readonly Entry[] = []

/** Tells whether a service is one of those that are wanted. */
export function fits(facts: ActorFacts, { name, group, id, address }: Wanted): boolean {
  if (name !== undefined && facts.name !== name) return false
  if (id !== undefined && facts.id !== id) return false
  if (group !== undefined && !facts.groups.includes(group)) return false
  return address === undefined || addressOf(facts) === address
}

/** The entries under one key: the entry itself while it is the only one, which most are. */
type Bucket = Entry | Set<Entry>

/**
 * The services that a thread knows of and the groups they are in, in the order in which it came to know them. Pure state.
 *
 * - **Cost**: constant for finding by name, group or id.
 */
export class Registry {
  readonly #byId = new Map<ActorId, Entry>()
  readonly #byName = new Map<string, Bucket>()
  readonly #byGroup = new Map<string, Bucket>()

  get size(): number {
    return this.#byId.size
  }

  /** False when it is there already. */
  add(facts: ActorFacts): boolean {
    if (this.#byId.has(facts.id)) return false
    const entry = new Entry(facts)
    this.#byId.set(facts.id, entry)
    put(this.#byName, facts.name, entry)
    for (const group of facts.groups) put(this.#byGroup, group, entry)
    return true
  }

  /** What was taken out; `undefined` when it was not there. */
  remove(id: ActorId): ActorFacts | undefined {
    const entry = this.#byId.get(id)
    if (entry === undefined) return undefined
    this.#byId.delete(id)
    take(this.#byName, entry.facts.name, entry)
    for (const group of entry.facts.groups) take(this.#byGroup, group, entry)
    return entry.facts
  }

  /** The facts afterwards; `undefined` when it is not there or is in the group already. */
  join(id: ActorId, group: string): ActorFacts | undefined {
    const entry = this.#byId.get(id)
    if (entry === undefined || entry.facts.groups.includes(group)) return undefined
    entry.facts = withGroups(entry.facts, [...entry.facts.groups, group])
    put(this.#byGroup, group, entry)
    return entry.facts
  }

  /** The facts afterwards; `undefined` when it is not there or not in the group. */
  leave(id: ActorId, group: string): ActorFacts | undefined {
    const entry = this.#byId.get(id)
    if (entry === undefined || !entry.facts.groups.includes(group)) return undefined
    entry.facts = withGroups(
      entry.facts,
      entry.facts.groups.filter((one) => one !== group),
    )
    take(this.#byGroup, group, entry)
    return entry.facts
  }

  byId(id: string): ActorFacts | undefined {
    return this.#byId.get(id as ActorId)?.facts
  }

  /** The one that has been known the longest of those that are wanted. */
  first(wanted: Wanted): ActorFacts | undefined {
    const candidates = this.#candidates(wanted)
    if (candidates instanceof Entry) return fits(candidates.facts, wanted) ? candidates.facts : undefined
    for (const { facts } of candidates) if (fits(facts, wanted)) return facts
    return undefined
  }

  /** Those that are wanted, in order. */
  *all(wanted: Wanted): Iterable<ActorFacts> {
    const candidates = this.#candidates(wanted)
    for (const { facts } of candidates instanceof Entry ? [candidates] : candidates) if (fits(facts, wanted)) yield facts
  }

  /** Those of some threads, in order. */
  ofThreads(isOne: (thread: ThreadKey) => boolean): readonly ActorFacts[] {
    return [...this.#byId.values()].map(({ facts }) => facts).filter(({ thread }) => isOne(thread))
  }

  #candidates({ id, name, group }: Wanted): Entry | Iterable<Entry> {
    if (id !== undefined) return this.#byId.get(id as ActorId) ?? NONE
    if (name !== undefined) return this.#byName.get(name) ?? NONE
    return group === undefined ? this.#byId.values() : (this.#byGroup.get(group) ?? NONE)
  }
}

function withGroups(facts: ActorFacts, groups: readonly string[]): ActorFacts {
  const { id, name, audience, process, thread, cell, streams, supervisor } = facts
  return { id, name, audience, groups, process, thread, cell, streams, supervisor }
}

function put(buckets: Map<string, Bucket>, key: string, entry: Entry): void {
  const bucket = buckets.get(key)
  if (bucket === undefined) buckets.set(key, entry)
  else if (bucket instanceof Set) bucket.add(entry)
  else buckets.set(key, new Set([bucket, entry]))
}

function take(buckets: Map<string, Bucket>, key: string, entry: Entry): void {
  const bucket = buckets.get(key)
  if (bucket instanceof Set) {
    bucket.delete(entry)
    if (bucket.size === 0) buckets.delete(key)
  } else if (bucket === entry) buckets.delete(key)
}
