import { HOP_LIMIT, type LinkState } from './link-state.js'

/** A report, as it is asked. */
interface Vertex {
  readonly state: LinkState
  readonly servers: ReadonlySet<string>
}

/** How to get to a process within one group. */
export interface Hop {
  /** The neighbor to send to. */
  readonly next: string
  /** In links. */
  readonly distance: number
}

/**
 * What the processes of one exchange group report of their links. Pure state.
 *
 * A link between two servers counts when both report it. A client is reported by its servers; nothing goes through it.
 */
export class GroupGraph {
  readonly #vertices = new Map<string, Vertex>()

  get size(): number {
    return this.#vertices.size
  }

  get(process: string): LinkState | undefined {
    return this.#vertices.get(process)?.state
  }

  set(state: LinkState): void {
    this.#vertices.set(state.process, { state, servers: new Set(state.servers) })
  }

  delete(process: string): void {
    this.#vertices.delete(process)
  }

  processes(): Iterable<string> {
    return this.#vertices.keys()
  }

  /**
   * How to get from a process to each other one: a shortest way, of several the one whose first neighbor has the smallest id.
   *
   * - **Cost**: a look at each link at most, far less where most processes are linked to each other.
   */
  hopsFrom(self: string): ReadonlyMap<string, Hop> {
    const walk: Walk = { servers: new Map(), clients: new Map() }
    let edge = this.#firstHops(self, walk)
    // Neighbors are taken by id and all others after who found them, so the first who finds a process has the smallest first hop.
    while (edge.length > 0) edge = edge.flatMap((process) => this.#hopsThrough(process, walk))
    return nearer(walk, self)
  }

  /** Puts the neighbors of a process into the walk; the servers among them, which lead further. */
  #firstHops(self: string, { servers, clients }: Walk): readonly string[] {
    const own = this.#vertices.get(self)
    if (own === undefined) return []
    servers.set(self, { next: self, distance: 0 })
    for (const next of own.state.clients) clients.set(next, { next, distance: 1 })
    const linked = [...own.servers].filter((process) => this.#areLinked(self, process) || this.#isClientOf(self, process))
    for (const next of linked.sort()) servers.set(next, { next, distance: 1 })
    return linked
  }

  /** Puts those into the walk that a server leads to; the servers among them. */
  #hopsThrough(process: string, walk: Walk): readonly string[] {
    const vertex = this.#vertices.get(process)
    const before = walk.servers.get(process)
    if (vertex === undefined || before === undefined || before.distance >= HOP_LIMIT) return []
    const hop: Hop = { next: before.next, distance: before.distance + 1 }
    for (const client of vertex.state.clients) if (!walk.clients.has(client)) walk.clients.set(client, hop)
    // There may be many links, and none of them leads to anyone new.
    if (walk.servers.size >= this.#vertices.size) return []
    const found = [...vertex.servers].filter((other) => !walk.servers.has(other) && this.#areLinked(process, other))
    for (const other of found) walk.servers.set(other, hop)
    return found
  }

  #areLinked(one: string, other: string): boolean {
    return this.#vertices.get(one)?.servers.has(other) === true && this.#vertices.get(other)?.servers.has(one) === true
  }

  /** Of a process that is a client only its servers say that they are linked. */
  #isClientOf(self: string, server: string): boolean {
    return this.#vertices.get(server)?.state.clients.includes(self) === true
  }
}

/** How servers and clients have been found. A process that is reported as both leads further only as a server. */
interface Walk {
  readonly servers: Map<string, Hop>
  readonly clients: Map<string, Hop>
}

function nearer({ servers, clients }: Walk, self: string): ReadonlyMap<string, Hop> {
  for (const [client, hop] of clients) {
    const other = servers.get(client)
    if (other === undefined || other.distance > hop.distance) servers.set(client, hop)
  }
  servers.delete(self)
  return servers
}
