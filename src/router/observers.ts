import { type ActorFacts, addressOf, type Reason } from '../actors/kernel/binding.js'
import type { Notice, Observer } from '../actors/kernel/visibility.js'

type Kind = 'registry' | 'address' | 'name' | 'group'

/**
 * Who is told first, for each event (OSE-SEMANTICS C9–C12):
 *
 *   | service available | registry, address, name  |
 *   | group joined      | registry, address, group |
 *   | group left        | group, address, registry |
 *   | service withdrawn | name, address, registry  |
 */
const ORDER: Readonly<Record<Notice['kind'], Readonly<Record<Notice['status'], readonly Kind[]>>>> = {
  service: { available: ['registry', 'address', 'name'], withdrawn: ['name', 'address', 'registry'] },
  group: { available: ['registry', 'address', 'group'], withdrawn: ['group', 'address', 'registry'] },
}

function kindOf({ name, group, address }: Observer['interest']): Kind {
  if (group !== undefined) return 'group'
  if (name !== undefined) return 'name'
  return address === undefined ? 'registry' : 'address'
}

/** Tells whether an observer wants to hear of a notice. */
export function concerns({ name, group, address }: Observer['interest'], { kind, facts, group: noticed }: Notice): boolean {
  if (name !== undefined && facts.name !== name) return false
  if (address !== undefined && addressOf(facts) !== address) return false
  if (group !== undefined) return kind === 'group' && noticed === group
  return name === undefined || kind === 'service'
}

/** The observers of a registry. Pure state; bounded by who observes. */
export class Observers {
  readonly #all: Readonly<Record<Kind, Map<string, Set<Observer>>>> = {
    registry: new Map(),
    address: new Map(),
    name: new Map(),
    group: new Map(),
  }

  /** Those who observe. */
  get size(): number {
    const keys = Object.values(this.#all).flatMap((observers) => [...observers.values()])
    return keys.reduce((sum, { size }) => sum + size, 0)
  }

  /** Returns how to stop. */
  add(observer: Observer): () => void {
    const { interest } = observer
    const kind = kindOf(interest)
    const key = kind === 'registry' ? '' : (interest[kind] as string)
    const observers = this.#all[kind]
    const set = observers.get(key) ?? new Set()
    observers.set(key, set.add(observer))
    return () => {
      set.delete(observer)
      if (set.size === 0 && observers.get(key) === set) observers.delete(key)
    }
  }

  /** Tells those whom a notice concerns, in the order of the table, those of one kind in the order in which they began. */
  tell(notice: Notice): void {
    for (const kind of ORDER[notice.kind][notice.status]) {
      const observers = this.#all[kind]
      if (observers.size === 0) continue
      const set = observers.get(keyFor(kind, notice))
      if (set !== undefined) for (const observer of [...set]) if (concerns(observer.interest, notice)) observer.notify(notice)
    }
  }
}

function keyFor(kind: Kind, { facts, group }: Notice): string {
  switch (kind) {
    case 'registry':
      return ''
    case 'address':
      return addressOf(facts)
    case 'name':
      return facts.name
    case 'group':
      return group ?? ''
  }
}

/** What one service means to who begins to observe: its own availability, then that of each of its groups, in the order it joined them. */
export function* noticesOf(facts: ActorFacts): Iterable<Notice> {
  yield { kind: 'service', status: 'available', group: undefined, facts, reason: undefined }
  for (const group of facts.groups) yield { kind: 'group', status: 'available', group, facts, reason: undefined }
}

/** The end of a service: first it leaves its groups, then it is withdrawn. */
export function* endingsOf(facts: ActorFacts, reason: Reason): Iterable<Notice> {
  for (const group of facts.groups) yield { kind: 'group', status: 'withdrawn', group, facts, reason }
  yield { kind: 'service', status: 'withdrawn', group: undefined, facts, reason }
}
