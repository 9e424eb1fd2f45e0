import type { Role } from '../protocol/hello.js'
import { GroupGraph } from './group-graph.js'
import { type Behind, HOP_LIMIT, isLater, type LinkState } from './link-state.js'

/** How much a process keeps of what others report. */
export interface LinkStateLimits {
  /** Reports in a group, the own one included. */
  readonly processes: number
  /** Servers and clients that one process is linked to. */
  readonly neighbors: number
  /** Origins that one process says are behind it. */
  readonly behind: number
}

/** What a report came to. */
export type Heard =
  /** Later than what was known: routes may change, and other servers of the group are to be told. */
  | { readonly kind: 'later' }
  | { readonly kind: 'old' }
  /** Of this process, and later than what it said: it has to report again, with a number or an incarnation above. */
  | { readonly kind: 'own'; readonly incarnation: number; readonly number: number }
  /** Over a limit, or of a group that this process is not in: the peer is to be refused. */
  | { readonly kind: 'refused'; readonly fault: string }

interface Membership {
  readonly role: Role
  readonly graph: GroupGraph
}

const LATER: Heard = { kind: 'later' }
const OLD: Heard = { kind: 'old' }

/**
 * The latest that is known of every process's links, in each exchange group that this process is in. A server hears the reports
 * of all servers of the group, and of those of their clients behind which there is anything. A client hears from each of its
 * servers one report that names nobody but that client, with all that the server gets to behind it (`tell`). Pure state.
 */
export class LinkStates {
  readonly self: string
  readonly #limits: LinkStateLimits
  readonly #groups = new Map<string, Membership>()

  constructor(self: string, limits: LinkStateLimits) {
    this.self = self
    this.#limits = limits
  }

  /** The groups that this process is in. */
  get groups(): Iterable<readonly [string, Membership]> {
    return this.#groups
  }

  /** Enters a group; whatever was known of it is forgotten. */
  join(group: string, role: Role): void {
    this.#groups.set(group, { role, graph: new GroupGraph() })
  }

  leave(group: string): void {
    this.#groups.delete(group)
  }

  /** The latest report of a process. */
  get(group: string, process: string): LinkState | undefined {
    return this.#groups.get(group)?.graph.get(process)
  }

  /** The origins that a process says are behind it. */
  originsBehind(group: string, process: string): ReadonlySet<string> {
    return new Set(this.get(group, process)?.behind.map(({ origin }) => origin))
  }

  /** Takes what this process reports of its own links in a group that it has joined. */
  report(group: string, state: Omit<LinkState, 'process'>): void {
    this.#groups.get(group)?.graph.set({ ...state, process: this.self })
  }

  /** Takes what came of the report of a process. */
  hear(group: string, state: LinkState): Heard {
    const membership = this.#groups.get(group)
    if (membership === undefined) return { kind: 'refused', fault: `a report of group "${group}", which this process is not in` }
    const { graph, role } = membership
    const fault = stateFault(state, { group, role }, this.#limits)
    if (fault !== undefined) return { kind: 'refused', fault }
    const known = graph.get(state.process)
    if (known !== undefined && !isLater(state, known)) return OLD
    if (state.process === this.self) return { kind: 'own', incarnation: state.incarnation, number: state.number }
    if (known === undefined && graph.size >= this.#limits.processes)
      return { kind: 'refused', fault: `more than ${this.#limits.processes} processes` }
    graph.set(state)
    return LATER
  }

  /** Forgets the report of a process whose link is gone, or that is out of reach. */
  forget(group: string, process: string): void {
    this.#groups.get(group)?.graph.delete(process)
  }

  /**
   * The reports of processes to which no way leads within their group, and the group of each. A report may come before those of
   * the links that lead to it: what cannot be reached is to be forgotten after a while only.
   */
  unreached(): ReadonlyMap<LinkState, string> {
    const unreached = new Map<LinkState, string>()
    for (const [group, { graph }] of this.#groups) {
      const hops = graph.hopsFrom(this.self)
      for (const process of graph.processes()) {
        const state = process === this.self || hops.has(process) ? undefined : graph.get(process)
        if (state !== undefined) unreached.set(state, group)
      }
    }
    return unreached
  }
}

interface Where {
  readonly group: string
  readonly role: Role
}

function stateFault({ servers, clients, behind }: LinkState, where: Where, limits: LinkStateLimits): string | undefined {
  const neighbors = servers.length + clients.length
  if (neighbors > limits.neighbors) return `a process has ${neighbors} links, at most ${limits.neighbors}`
  if (behind.length > limits.behind) return `a process has ${behind.length} origins behind it, at most ${limits.behind}`
  const far = behind.find(({ distance }) => !(Number.isInteger(distance) && distance >= 1 && distance <= HOP_LIMIT))
  if (far !== undefined) return `an origin is behind a process at distance ${far.distance}, from 1 to ${HOP_LIMIT}`
  return behind.some((one) => isAstray(one, where)) ? 'an origin is behind a process by a way that leads back' : undefined
}

/** What came back into the group in which it is said. A server tells a client of everything, ways within their group included. */
function isAstray({ crossed, distance }: Behind, { group, role }: Where): boolean {
  if (crossed.length > distance) return true
  return role === 'server' && (crossed.length === 0 || crossed.includes(group))
}
