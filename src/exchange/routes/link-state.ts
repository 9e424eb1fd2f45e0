/** What a process reports of its links in one exchange group. */
export interface LinkState {
  readonly process: string
  readonly incarnation: number
  /** Of two reports of one life the one with the higher number counts. */
  readonly number: number
  /** The ids of the servers that it is linked to. */
  readonly servers: readonly string[]
  /** The ids of the clients that are linked to it. */
  readonly clients: readonly string[]
  readonly behind: readonly Behind[]
}

/** An origin that can be reached through the process that says so. */
export interface Behind {
  readonly origin: string
  /** Links from the process that says so. */
  readonly distance: number
  /** The groups on the way, in order, without the one in which it is said; none where the way stays in it. */
  readonly crossed: readonly string[]
}

/** The longest way, in links. Frames carry it as their hop limit. */
export const HOP_LIMIT = 32

/** Whether one report of a process is later than another. */
export function isLater(one: LinkState, other: LinkState): boolean {
  return one.incarnation === other.incarnation ? one.number > other.number : one.incarnation > other.incarnation
}
