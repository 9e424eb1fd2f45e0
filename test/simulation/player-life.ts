import type { Remote } from '../../src/actors/remote-type.js'
import type { OwnAgent } from './agents.js'
import type { Simulation } from './simulation.js'
import type { Thread } from './world.js'

/** Others that an actor remembers. */
const MAX_KNOWN = 6

/** One incarnation of an actor, as its closure sees it. */
export class PlayerLife {
  readonly simulation: Simulation
  readonly self: OwnAgent
  readonly thread: Thread
  readonly id: string
  /** Among those of its actor. */
  readonly number: number
  readonly known: Remote[]
  /** Turns that may go on at the same time. */
  readonly limit: number
  /** It has something to do before it has stopped. */
  stopsSlowly = false
  #inside = 0

  constructor(simulation: Simulation, self: OwnAgent, facts: { number: number; limit: number; thread: Thread; known: readonly Remote[] }) {
    this.simulation = simulation
    this.self = self
    this.id = self.id
    this.number = facts.number
    this.limit = facts.limit
    this.thread = facts.thread
    this.known = [...facts.known]
  }

  get label(): string {
    return `${this.self.name || 'actor'} ${this.id.split('@')[0]}/${this.number} on ${this.thread.key}`
  }

  /** As a sender: what it sends from one thread is in order, whatever its incarnation. */
  get key(): string {
    return `${this.id}, ${this.thread.key}`
  }

  /** Its closure acts on nothing any more. */
  get over(): boolean {
    if (!this.thread.alive) return true
    try {
      this.self.cancelTimer('none')
      return false
    } catch {
      return true
    }
  }

  learn(others: readonly Remote[]): void {
    this.known.push(...others)
    this.known.splice(0, this.known.length - MAX_KNOWN)
  }

  /** Runs what is a turn of this actor, of which there are never more at a time than its concurrency says. */
  turn<T>(work: () => T): T {
    if (++this.#inside > this.limit && !this.over) this.simulation.fault(`${this.label} has ${this.#inside} turns at once`)
    const leave = (): void => {
      this.#inside--
    }
    let result: T
    try {
      result = work()
    } catch (error) {
      leave()
      throw error
    }
    if (!(result instanceof Promise)) leave()
    else result.then(leave, leave)
    return result
  }
}
