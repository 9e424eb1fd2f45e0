/** The actors of a simulation: who spawned them, what may have ended them, their incarnations. */

import type { PlayerLife } from './player-life.js'

/** What a spawn has asked for; every actor knows by its tag which spawn it comes from. */
export interface Order {
  readonly tag: number
  readonly what: string
  /** The incarnation that spawned it; `null` is the system. */
  readonly parent: PlayerLife | null
  /** A pool has many actors. */
  readonly isPool: boolean
  state: 'starting' | 'spawned' | 'failed'
  /** Of what has been spawned: a pool has one of its own. */
  id: string | null
  /** Why it need not live any more, if there is a reason. */
  mayEnd: string | null
}

/** One actor through all its incarnations. */
export interface Actor {
  readonly id: string
  readonly order: Order
  readonly lives: PlayerLife[]
  /** Those whose stop of it has ended; `null` is the program. */
  readonly stops: (PlayerLife | null)[]
}

export class Actors {
  readonly orders: Order[] = []
  readonly #actors = new Map<string, Actor>()
  readonly #fault: (what: string) => void

  constructor(fault: (what: string) => void) {
    this.#fault = fault
  }

  get all(): readonly Actor[] {
    return [...this.#actors.values()]
  }

  of(id: string): Actor | undefined {
    return this.#actors.get(id)
  }

  order(order: Omit<Order, 'tag' | 'state' | 'id'>): Order {
    const made: Order = { ...order, tag: this.orders.length, state: 'starting', id: null }
    this.orders.push(made)
    return made
  }

  /** How many incarnations an actor has had. */
  livesOf(id: string): number {
    return this.#actors.get(id)?.lives.length ?? 0
  }

  began(tag: number, life: PlayerLife): void {
    const order = this.orders[tag] as Order
    const actor = this.#actors.get(life.id) ?? { id: life.id, order, lives: [], stops: [] }
    this.#actors.set(life.id, actor)
    const before = actor.lives.at(-1)
    if (before !== undefined && !before.over) this.#fault(`${life.label} begins while ${before.label} goes on`)
    if (isStopped(actor)) this.#fault(`${life.label} begins although a stop of it has ended`)
    actor.lives.push(life)
  }

  /** A promise of a stop has resolved. */
  stopped(id: string, by: PlayerLife | null): void {
    const actor = this.#actors.get(id)
    if (actor === undefined) return
    actor.stops.push(by)
    const life = actor.lives.at(-1)
    if (life !== undefined && !life.over) this.#fault(`${life.label} goes on although a stop of it has ended`)
  }

  mayEnd(id: string, why: string): void {
    const order = this.#actors.get(id)?.order ?? this.orders.find((one) => one.id === id)
    if (order !== undefined) order.mayEnd ??= why
  }
}

/** Somebody knows that it has stopped, who has not gone with the thread that it was on. */
function isStopped({ stops }: Actor): boolean {
  return stops.some((by) => by === null || by.thread.alive)
}
