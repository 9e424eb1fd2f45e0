/**
 * What the router must do, in plain lists: who knows of whom, who is told what, who hears which report. What depends on when
 * frames arrive (in which order a thread learns what others did, when a subscription reaches its publisher) is looked up in
 * the run; everything that follows from it is said here.
 */

import { type Change, type Observer, printChange, type Service } from './facts.js'
import { available, rankOf, View, withdrawn } from './view.js'

interface Thread {
  alive: boolean
  /** By thread: what that one tells this one, and how much of it had arrived when all was last quiet. */
  readonly told: Map<string, { readonly changes: Change[]; arrived: number }>
}

export class Model {
  readonly services: Service[] = []
  readonly threads = new Map<string, Thread>()

  get living(): readonly Service[] {
    return this.services.filter(({ over }) => over === null)
  }

  start(key: string): void {
    const told: Thread['told'] = new Map([[key, { changes: [], arrived: 0 }]])
    for (const [other, thread] of this.threads) {
      if (!thread.alive) continue
      told.set(other, { changes: this.#shown(other), arrived: 0 })
      thread.told.set(key, { changes: [], arrived: 0 })
    }
    this.threads.set(key, { alive: true, told })
  }

  kill(key: string): void {
    for (const service of this.living) if (service.thread === key) service.over = 'crashed'
    Object.assign(this.threads.get(key) ?? {}, { alive: false })
  }

  /** Everything that was sent has arrived. */
  settle(): void {
    for (const { told } of this.threads.values()) {
      for (const [of, way] of told) if (this.threads.get(of)?.alive === true) way.arrived = way.changes.length
    }
  }

  spawn(thread: string, name: string, groups: readonly string[], seen: boolean): Service {
    const service: Service = { number: this.services.length, thread, name, groups, seen: false, over: null, deeds: [] }
    this.services.push(service)
    if (seen) this.announce(service)
    return service
  }

  announce(service: Service): void {
    if (service.seen) return
    service.seen = true
    this.#tell(service, available(service.number, service.groups))
  }

  join(service: Service, group: string): void {
    if (service.groups.includes(group)) return
    service.groups = [...service.groups, group]
    if (service.seen) this.#tell(service, [{ kind: 'group', status: 'available', service: service.number, group }])
  }

  leave(service: Service, group: string): void {
    if (!service.groups.includes(group)) return
    service.groups = service.groups.filter((one) => one !== group)
    if (service.seen) this.#tell(service, [{ kind: 'group', status: 'withdrawn', service: service.number, group }])
  }

  stop(service: Service): void {
    service.over = 'stopped'
    if (service.seen) this.#tell(service, withdrawn(service.number, service.groups, 'stopped'))
  }

  /** What thread `key` may have learned of what `of` did; when all is quiet, what it must have. */
  learned(key: string, of: string, quiet: boolean): readonly (readonly Change[])[] {
    const { changes, arrived } = this.threads.get(key)?.told.get(of) ?? { changes: [], arrived: 0 }
    if (this.threads.get(of)?.alive === true) return quiet || key === of ? [changes] : prefixes(changes, 0)
    const ended = prefixes(changes, arrived).map((prefix) => [...prefix, ...this.view(prefix).endings()])
    return quiet ? ended : [...prefixes(changes, 0), ...ended]
  }

  newView(): View {
    return new View((service) => this.services[service]?.name)
  }

  view(changes: readonly Change[]): View {
    const view = this.newView()
    for (const change of changes) view.apply(change)
    return view
  }

  /** What the observers of one thread are told, in this order, given what the thread learns. */
  heard(changes: readonly Change[], observers: readonly Observer[]): readonly string[] {
    const view = this.newView()
    const heard: string[] = []
    for (let i = 0; i <= changes.length; i++) {
      for (const one of observers.filter(({ from }) => from === i)) {
        for (const change of view.replay(one.where)) heard.push(`${one.number}: ${printChange(change)}`)
      }
      const change = changes[i]
      if (change === undefined) break
      view.apply(change)
      const told = observers.filter(({ from, where }) => from <= i && view.concerns(where, change))
      const rank = ({ where }: Observer): number => rankOf(where) * (change.status === 'available' ? 1 : -1)
      for (const one of told.sort((a, b) => rank(a) - rank(b))) heard.push(`${one.number}: ${printChange(change)}`)
    }
    return heard
  }

  /** What thread `key` shows of its own to one that is new. */
  #shown(key: string): Change[] {
    const own = this.threads.get(key)?.told.get(key)?.changes ?? []
    return this.view(own).replay({})
  }

  #tell({ thread }: Service, changes: readonly Change[]): void {
    for (const { alive, told } of this.threads.values()) if (alive) told.get(thread)?.changes.push(...changes)
  }
}

function prefixes<T>(list: readonly T[], least: number): readonly (readonly T[])[] {
  return Array.from({ length: list.length - least + 1 }, (_, i) => list.slice(0, least + i))
}
