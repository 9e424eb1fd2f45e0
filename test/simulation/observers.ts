/** Those who hear of others: what they have been told, and whether they may have been told it. */

import type { Agent, Announced, Handle, Report, SubscriptionChange } from './agents.js'
import type { PlayerLife } from './player-life.js'

export interface Filter {
  readonly name?: string
  readonly group?: string
  readonly address?: string
}

/** Whoever hears something: it ends with its incarnation and with `close`. */
interface Hearing {
  readonly life: PlayerLife | null
  readonly handle: Handle
  closed: boolean
}

/** What an observer takes for visible, by its announcements. */
export interface Picture extends Hearing {
  readonly filter: Filter
  readonly seen: Set<string>
}

export interface Watch extends Hearing {
  readonly id: string
  told: number
}

export interface Subscription extends Hearing {
  /** A name, group or binding. */
  readonly where: Filter & { readonly id?: string }
  readonly pattern: string
  /** `null`: there is room for all. With `'latest'` a newer report of a subject takes the place of one that waits. */
  readonly overflow: string | null
  /** The newest number of each publisher, or of each of its subjects where only these are in order. */
  readonly newest: Map<string, number>
  /** Last reports, by publisher. */
  readonly last: Map<string, number>
}

/** Who subscribes to an actor, as that is told. */
export interface Audience {
  readonly life: PlayerLife
  /** Subscriptions of one subscriber to one pattern. */
  readonly open: Map<string, { readonly subscriber: string; count: number }>
}

/** Group memberships, and the services themselves under no group. */
export const keyOf = (id: string, group: string | undefined): string => (group === undefined ? id : `${id} in ${group}`)

export class Observers {
  readonly pictures: Picture[] = []
  readonly watches: Watch[] = []
  readonly subscriptions: Subscription[] = []
  readonly audiences: Audience[] = []
  readonly #fault: (what: string) => void
  readonly #note: (line: () => string) => void

  constructor(fault: (what: string) => void, note: (line: () => string) => void) {
    this.#fault = fault
    this.#note = note
  }

  observe(agent: Agent, life: PlayerLife | null, filter: Filter): Picture {
    const seen = new Set<string>()
    const handle = agent.announcements(filter, (one: Announced) => this.#announced(picture, one))
    const picture: Picture = { life, handle, filter, seen, closed: false }
    this.pictures.push(picture)
    return picture
  }

  watch(agent: Agent, life: PlayerLife | null, target: { readonly $: { readonly binding: { readonly id: string } } }): Watch {
    const { id } = target.$.binding
    const handle = agent.watch(target, (end) => {
      if (end.binding.id !== id) this.#fault(`who watches ${id} was told of ${end.binding.id}`)
      if (++watch.told > 1) this.#fault(`who watches ${id} was told ${watch.told} times that it is gone`)
      this.#mayHear(watch, `who watches ${id}`)
      this.#note(() => `${life?.label ?? 'the program'}, who watches ${id}, is told that it is gone: ${end.reason}`)
    })
    const watch: Watch = { life, handle, id, told: 0, closed: false }
    this.watches.push(watch)
    return watch
  }

  /** An actor hears who subscribes to it. */
  attend(life: PlayerLife): void {
    const audience: Audience = { life, open: new Map() }
    this.audiences.push(audience)
    life.self.onSubscription((change) => this.#subscribed(audience, change))
  }

  #subscribed({ life, open }: Audience, { status, pattern, subscriber }: SubscriptionChange): void {
    const key = `${subscriber.id} to ${pattern}`
    const count = (open.get(key)?.count ?? 0) + (status === 'requested' ? 1 : -1)
    this.#note(() => `${life.label} is told that a subscription of ${key} is ${status}`)
    if (count < 0) this.#fault(`${life.label} was told of the end of a subscription of ${key}, and of none before`)
    if (count > 0) open.set(key, { subscriber: subscriber.id, count })
    else open.delete(key)
  }

  /** Told of every report that a subscription gets. */
  heard(subscription: Subscription, { content: { by, n }, subject, retained, publisher }: Report): void {
    const { newest, where, last, overflow } = subscription
    const series = overflow === 'latest' ? `${by} ${subject}` : by
    this.#mayHear(subscription, `a subscription to ${JSON.stringify(where)}`)
    this.#note(() => `${subscription.life?.label ?? 'the program'} hears ${retained ? 'retained ' : ''}report ${n} of ${by} (${subject})`)
    const known = newest.get(series) ?? 0
    // Who leaves a group and comes again is asked again, and what it retains comes again.
    const mayComeAgain = retained && where.group !== undefined
    if (n <= known && !mayComeAgain) this.#fault(`report ${n} of ${by} (${subject}) was heard after report ${known}`)
    newest.set(series, Math.max(known, n))
    if (subject === 'last') last.set(publisher.id, (last.get(publisher.id) ?? 0) + 1)
  }

  #announced(picture: Picture, { kind, status, binding, group }: Announced): void {
    const key = keyOf(binding.id, kind === 'group' ? group : undefined)
    this.#mayHear(picture, `an observer of ${JSON.stringify(picture.filter)}`)
    this.#note(() => `${picture.life?.label ?? 'the program'} is told that ${key} is ${status}`)
    const { seen } = picture
    if (seen.has(key) === (status === 'available'))
      this.#fault(`an observer of ${JSON.stringify(picture.filter)} was told twice that ${key} is ${status}`)
    if (status === 'available') seen.add(key)
    else seen.delete(key)
  }

  #mayHear({ closed, life }: Hearing, who: string): void {
    if (closed) this.#fault(`${who} was told something after close()`)
    if (life?.thread.alive === true && life.over) this.#fault(`${who} was told something after its actor had ended: ${life.label}`)
  }
}
