import type { Role } from '../../../src/exchange/protocol/hello.js'
import { advertise } from '../../../src/exchange/routes/advertisement.js'
import type { Behind, LinkState } from '../../../src/exchange/routes/link-state.js'
import { LinkStates } from '../../../src/exchange/routes/link-states.js'
import { NO_ROUTES, type Routes, routes } from '../../../src/exchange/routes/routes.js'
import { hearTelling, tell, tellClient } from '../../../src/exchange/routes/telling.js'

const LIMITS = { processes: 100, neighbors: 100, behind: 1000 }

/** A link between two processes, of which servers have to say so both. */
export interface Link {
  readonly group: string
  readonly ends: readonly [string, string]
  /** Only the first end reports it. */
  readonly oneSided: boolean
}

/** Who is in which group, and as what. */
export type Members = ReadonlyMap<string, ReadonlyMap<string, Role>>

/** What a client was told by a server, and from which routes. */
interface Session {
  before: Routes
  behind: readonly Behind[]
}

class Process {
  readonly id: string
  readonly states: LinkStates
  readonly sessions = new Map<string, Session>()
  routes = NO_ROUTES

  constructor(id: string, groups: ReadonlyMap<string, Role>) {
    this.id = id
    this.states = new LinkStates(id, LIMITS)
    for (const [group, role] of groups) this.states.join(group, role)
  }
}

/** Processes that report their links to each other, round by round, each knowing no more than it was told. */
export class Network {
  readonly members: Members
  links: readonly Link[]
  readonly #processes: ReadonlyMap<string, Process>

  constructor(members: Members, links: readonly Link[]) {
    this.members = members
    this.links = links
    this.#processes = new Map([...members].map(([id, groups]) => [id, new Process(id, groups)]))
  }

  routesOf(id: string): Routes {
    return this.#process(id).routes
  }

  statesOf(id: string): LinkStates {
    return this.#process(id).states
  }

  roleOf(id: string, group: string): Role | undefined {
    return this.members.get(id)?.get(group)
  }

  /** Rounds of reporting until nothing changes; returns how many it took. */
  settle(mostRounds: number): number {
    for (let round = 1; round <= mostRounds; round++) {
      const before = this.#picture()
      for (const process of this.#processes.values()) this.#compute(process)
      for (const link of this.links) this.#carry(link)
      if (this.#picture() === before) return round
    }
    throw new Error(`the reports have not come to rest after ${mostRounds} rounds`)
  }

  /** Takes links away, or adds some. */
  relink(links: readonly Link[]): void {
    for (const { group, ends } of this.links) {
      if (links.some((link) => link.group === group && link.ends.every((end) => ends.includes(end)))) continue
      const [server, client] = this.#asServerAndClient(group, ends)
      if (client === undefined) continue
      this.#process(client).states.forget(group, server)
      this.#process(client).sessions.delete(`${group} ${server}`)
      this.#process(server).states.forget(group, client)
    }
    this.links = links
  }

  #compute(process: Process): void {
    process.routes = routes(process.states)
    for (const group of this.members.get(process.id)?.keys() ?? []) {
      const { servers, clients } = this.#neighbors(process.id, group)
      const behind = advertise(process.routes, group)
      const known = process.states.get(group, process.id)
      if (JSON.stringify([known?.servers, known?.clients, known?.behind]) === JSON.stringify([servers, clients, behind])) continue
      const number = (known?.number ?? 0) + 1
      process.states.report(group, { incarnation: 1, servers, clients, behind, number })
    }
  }

  #carry({ group, ends, oneSided }: Link): void {
    const [server, client] = this.#asServerAndClient(group, ends)
    if (client !== undefined) return this.#serve(group, server, client)
    if (oneSided) return
    for (const [from, to] of [ends, [ends[1], ends[0]] as const]) {
      for (const id of this.#processes.keys()) this.#hear(to, group, this.#process(from).states.get(group, id))
    }
  }

  #serve(group: string, server: string, client: string): void {
    this.#hear(server, group, this.#process(client).states.get(group, client))
    const key = `${group} ${server}`
    const { sessions, states } = this.#process(client)
    const session = sessions.get(key) ?? { before: NO_ROUTES, behind: [] }
    sessions.set(key, session)
    const telling = tellClient(tell(group, session.before, this.#process(server).routes), client)
    session.before = this.#process(server).routes
    if (telling.came.length + telling.went.length === 0 && states.get(group, server) !== undefined) return
    session.behind = hearTelling(session.behind, telling)
    const number = (states.get(group, server)?.number ?? 0) + 1
    this.#hear(client, group, { process: server, incarnation: 1, number, servers: [], clients: [client], behind: session.behind })
  }

  #hear(to: string, group: string, state: LinkState | undefined): void {
    if (state === undefined) return
    const heard = this.#process(to).states.hear(group, state)
    if (heard.kind === 'refused') throw new Error(heard.fault)
  }

  #neighbors(id: string, group: string): Pick<LinkState, 'servers' | 'clients'> {
    const others = this.links
      .filter((link) => link.group === group && (link.ends[0] === id || (link.ends[1] === id && !link.oneSided)))
      .map(({ ends }) => (ends[0] === id ? ends[1] : ends[0]))
    return {
      servers: others.filter((other) => this.roleOf(other, group) === 'server'),
      clients: others.filter((other) => this.roleOf(other, group) === 'client'),
    }
  }

  /** A server and its client; two servers have no client. */
  #asServerAndClient(group: string, ends: readonly [string, string]): readonly [string, string | undefined] {
    if (this.roleOf(ends[0], group) === 'client') return [ends[1], ends[0]]
    return this.roleOf(ends[1], group) === 'client' ? ends : [ends[0], undefined]
  }

  #process(id: string): Process {
    return this.#processes.get(id) as Process
  }

  #picture(): string {
    return JSON.stringify(
      [...this.#processes.values()].map(({ id, routes: { all, within }, states }) => [
        [...all],
        [...within].map(([group, table]) => [group, [...table]]),
        [...(this.members.get(id)?.keys() ?? [])].map((group) =>
          [...this.#processes.keys()].map((other) => states.get(group, other)?.number),
        ),
      ]),
    )
  }
}
