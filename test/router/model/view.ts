/** What one thread of the model knows. */

import type { Change, Where } from './facts.js'

/** What one thread knows, in the order in which it learned it. */
export class View {
  readonly #nameOf: (service: number) => string | undefined
  readonly #known: number[] = []
  readonly #members: { readonly service: number; readonly group: string }[] = []

  constructor(nameOf: (service: number) => string | undefined) {
    this.#nameOf = nameOf
  }

  apply({ kind, status, service, group = '' }: Change): void {
    if (status === 'available') kind === 'service' ? this.#known.push(service) : this.#members.push({ service, group })
    else if (kind === 'service') this.#known.splice(this.#known.indexOf(service), 1)
    else
      this.#members.splice(
        this.#members.findIndex((one) => one.service === service && one.group === group),
        1,
      )
  }

  groupsOf(service: number): readonly string[] {
    return this.#members.filter((one) => one.service === service).map(({ group }) => group)
  }

  /** Those that fit: of a group in the order in which they joined, else in the order in which they appeared. */
  select({ name, group, service }: Where): readonly number[] {
    const byGroup = group !== undefined && name === undefined
    const candidates = byGroup ? this.#members.filter((one) => one.group === group).map((one) => one.service) : this.#known
    return candidates.filter(
      (one) =>
        (name === undefined || this.#nameOf(one) === name) &&
        (group === undefined || this.groupsOf(one).includes(group)) &&
        (service === undefined || one === service),
    )
  }

  replay(where: Where): Change[] {
    return this.select(where)
      .flatMap((service) => available(service, this.groupsOf(service)))
      .filter((change) => this.concerns(where, change))
  }

  /** By name services only, by group that group only, by address and of everybody both. */
  concerns({ name, group, service }: Where, change: Change): boolean {
    if (name !== undefined && this.#nameOf(change.service) !== name) return false
    if (service !== undefined && change.service !== service) return false
    return group === undefined ? name === undefined || change.kind === 'service' : change.group === group
  }

  /** A thread is lost: the newest first, each leaves its groups before it goes. */
  endings(): readonly Change[] {
    return [...this.#known].reverse().flatMap((service) => withdrawn(service, this.groupsOf(service), 'crashed'))
  }
}

/** Who is told first of what appears, and last of what goes (OSE-SEMANTICS C9–C12). */
export function rankOf({ name, group, service }: Where): number {
  if (name !== undefined || group !== undefined) return 2
  return service === undefined ? 0 : 1
}

export function available(service: number, groups: readonly string[]): Change[] {
  return [
    { kind: 'service', status: 'available', service },
    ...groups.map((group) => ({ kind: 'group', status: 'available', service, group }) as const),
  ]
}

export function withdrawn(service: number, groups: readonly string[], reason: string): Change[] {
  const left = groups.map((group) => ({ kind: 'group', status: 'withdrawn', service, group, reason }) as const)
  return [...left, { kind: 'service', status: 'withdrawn', service, reason }]
}
