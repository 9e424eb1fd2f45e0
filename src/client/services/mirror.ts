import type { Announcement, WithdrawalReason } from '../../actors/report-type.js'
import type { Offer } from '../protocol/frames.js'
import { type LiveBinding, liveBinding } from './live-binding.js'

/** What fits a search; all that is given must fit. */
export interface Wanted {
  readonly name?: string | undefined
  readonly group?: string | undefined
  readonly id?: string | undefined
  readonly address?: string | undefined
}

/** A service that the gateway offers. */
export interface Known {
  readonly offer: Offer
  readonly binding: LiveBinding
}

type Observer = (announcement: Announcement) => void

/**
 * What the gateway offers, as it was told last: what lookups see and what announcements tell.
 *
 * - **Ordering**: of each service and each of its groups, available and withdrawn alternate.
 */
export class Mirror {
  readonly #known = new Map<string, Known>()
  readonly #observers = new Set<Observer>()

  get(id: string): Known | undefined {
    return this.#known.get(id)
  }

  /** Those known the longest first. */
  all(wanted: Wanted): readonly Known[] {
    return [...this.#known.values()].filter(({ binding }) => fits(binding, wanted))
  }

  find(wanted: Wanted): Known | undefined {
    for (const known of this.#known.values()) if (fits(known.binding, wanted)) return known
    return undefined
  }

  set(offer: Offer): void {
    const before = this.#known.get(offer.id)
    const known = { offer, binding: liveBinding(offer) }
    this.#known.set(offer.id, known)
    const { binding } = known
    if (before === undefined) this.#tell({ kind: 'service', status: 'available', binding })
    for (const announcement of changesOf(before?.binding.groups ?? [], binding)) this.#tell(announcement)
  }

  remove(id: string, reason: WithdrawalReason): void {
    const known = this.#known.get(id)
    if (known === undefined) return
    this.#known.delete(id)
    const { binding } = known
    for (const group of binding.groups) this.#tell({ kind: 'group', group, status: 'withdrawn', binding, reason })
    this.#tell({ kind: 'service', status: 'withdrawn', binding, reason })
  }

  /** The gateway cannot be asked any more. */
  clear(): void {
    for (const id of [...this.#known.keys()]) this.remove(id, 'unreachable')
  }

  /** Replays what is there. Returns how to stop. */
  observe(wanted: Wanted, notify: Observer): () => void {
    const observer: Observer = (announcement) => {
      if (concerns(wanted, announcement)) notify(announcement)
    }
    for (const { binding } of this.#known.values()) {
      observer({ kind: 'service', status: 'available', binding })
      for (const announcement of changesOf([], binding)) observer(announcement)
    }
    this.#observers.add(observer)
    return () => void this.#observers.delete(observer)
  }

  #tell(announcement: Announcement): void {
    const told = Object.freeze(announcement)
    for (const observer of [...this.#observers]) if (this.#observers.has(observer)) observer(told)
  }
}

function changesOf(before: readonly string[], binding: LiveBinding): readonly Announcement[] {
  const left = before.filter((group) => !binding.groups.includes(group))
  const joined = binding.groups.filter((group) => !before.includes(group))
  return [
    ...left.map((group): Announcement => ({ kind: 'group', group, status: 'withdrawn', binding })),
    ...joined.map((group): Announcement => ({ kind: 'group', group, status: 'available', binding })),
  ]
}

function fits({ id, name, groups, address }: LiveBinding, wanted: Wanted): boolean {
  if (wanted.id !== undefined && wanted.id !== id) return false
  if (wanted.name !== undefined && wanted.name !== name) return false
  if (wanted.address !== undefined && wanted.address !== address) return false
  return wanted.group === undefined || groups.includes(wanted.group)
}

/** `{ name }` is told of services, `{ group }` of that group, `{ address }` and `{}` of both. */
function concerns({ name, group, address }: Wanted, announcement: Announcement): boolean {
  const { binding } = announcement
  if (name !== undefined && binding.name !== name) return false
  if (address !== undefined && binding.address !== address) return false
  if (group !== undefined) return announcement.kind === 'group' && announcement.group === group
  return name === undefined || announcement.kind === 'service'
}
